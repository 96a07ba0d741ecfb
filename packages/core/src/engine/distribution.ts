import type { Place } from '../access/place.ts';
import { checkPlace, isPlace } from '../access/place.ts';
import { locate } from '../distribution/address.ts';
import { checkBlob, deleteBlob, getBlob, locateBlob, mountBlob, putBlob } from '../distribution/blobs.ts';
import { getRepositories } from '../distribution/catalog.ts';
import { deleteManifest, getManifest, getTags, putManifest } from '../distribution/manifests.ts';
import { getReferrers, listReferrers } from '../distribution/referrers.ts';
import {
  appendPieces,
  appendToUpload,
  cancelUpload,
  finishUpload,
  getUpload,
  planPieces,
  startUpload,
} from '../distribution/uploads.ts';
import { grantToken, openToken } from '../domain/authorization.ts';
import type { Caller } from '../domain/caller.ts';
import type { Context } from '../domain/context.ts';
import { kindOfHost } from '../domain/registries/addresses.ts';
import { readLogo } from '../domain/repositories/catalog.ts';
import { kindOf } from '../domain/text.ts';
import type { CallOptions } from '../operations/implementation.ts';
import { bytesOf, type Content, chunksOf } from './content.ts';
import type { Distribution, PutManifest } from './distribution-face.ts';
import type { Runner } from './runner.ts';

/**
 * The implementation of one method of `engine.distribution`. The arguments of a call are combined into one input
 * object, so that the method can run like an operation of a service.
 */
interface Method {
  /**
   * The names of the method's arguments in order, without the options. Each argument becomes the member of the input
   * object that has this name.
   */
  readonly takes: readonly string[];
  readonly perform: (context: Context, caller: Caller, input: never) => Promise<unknown>;
  /** Converts the content or the manifest in the input object to the form that `perform` takes. */
  readonly prepare?: (input: never) => object;
}

const withContent = <T extends { readonly content: Content }>({ content, ...input }: T) => ({
  ...input,
  content: chunksOf(content),
});

const mayHaveContent = <T extends { readonly content?: Content }>({ content, ...input }: T) =>
  content === undefined ? input : withContent({ ...input, content });

const withBytes = <T extends { readonly manifest: PutManifest }>({ manifest, ...input }: T) => {
  if (kindOf(manifest) !== 'Object') {
    throw new TypeError(
      `The manifest of putManifest() must be an object { bytes, mediaType }, not ${kindOf(manifest)}`,
    );
  }
  return { ...input, manifest: { ...manifest, bytes: bytesOf(manifest.bytes) } };
};

/**
 * Maps names to the methods of `engine.distribution` that take call options. Tests can intercept the calls of these
 * methods.
 */
const methods = {
  getBlob: { takes: ['at', 'digest'], perform: getBlob },
  checkBlob: { takes: ['at', 'digest'], perform: checkBlob },
  deleteBlob: { takes: ['at', 'digest'], perform: deleteBlob },
  mountBlob: { takes: ['at', 'digest', 'from'], perform: mountBlob },
  startUpload: { takes: ['at'], perform: startUpload },
  cancelUpload: { takes: ['at', 'upload'], perform: cancelUpload },
  getUpload: { takes: ['at', 'upload'], perform: getUpload },
  appendToUpload: { takes: ['at', 'upload', 'content'], perform: appendToUpload, prepare: withContent },
  finishUpload: { takes: ['at', 'upload', 'digest'], perform: finishUpload, prepare: mayHaveContent },
  planPieces: { takes: ['at', 'upload'], perform: planPieces },
  appendPieces: { takes: ['at', 'upload', 'stored'], perform: appendPieces },
  locateBlob: { takes: ['at', 'digest'], perform: locateBlob },
  putBlob: { takes: ['at', 'digest', 'content'], perform: putBlob, prepare: withContent },
  getManifest: { takes: ['at', 'reference'], perform: getManifest },
  putManifest: { takes: ['at', 'reference', 'manifest'], perform: putManifest, prepare: withBytes },
  deleteManifest: { takes: ['at', 'reference'], perform: deleteManifest },
  getReferrers: { takes: ['at', 'subject'], perform: getReferrers },
  listReferrers: { takes: ['at', 'subject'], perform: listReferrers },
  getTags: { takes: ['at'], perform: getTags },
  locate: { takes: ['host', 'path'], perform: locate },
  getRepositories: { takes: ['host'], perform: getRepositories },
} satisfies Partial<Record<keyof Distribution, Method>>;

/**
 * Creates `engine.distribution`. The methods run in `runner`, so that tests can intercept the calls of the methods, and
 * unexpected errors become a RegistryError.
 */
export function distributionOf(
  context: Context,
  runner: Runner,
  ensureRepository: (context: Context, caller: Caller, input: { readonly at: Place }) => Promise<void>,
): Distribution {
  const all = Object.entries<Method>({ ...methods, ensureRepository: { takes: ['at'], perform: ensureRepository } });
  const wrapped = all.map(([name, method]) => [name, wrap(context, runner, name, method)]);
  const run = <T>(operation: string, input: object, perform: () => Promise<T>): Promise<T> =>
    runner.run({ service: 'distribution', operation, input }, perform);
  return {
    ...(Object.fromEntries(wrapped) as Pick<Distribution, keyof typeof methods | 'ensureRepository'>),
    kindOfHost,
    checkPlace,
    openToken: (token) => run('openToken', {}, () => openToken(context, token)),
    grantToken: (grant) => run('grantToken', {}, () => grantToken(context, grant)),
    getLogo: (logo) => run('getLogo', { logo }, () => readLogo(context, logo)),
  };
}

function wrap(context: Context, runner: Runner, operation: string, { takes, perform, prepare }: Method) {
  const last = takes.length;
  const places = [takes.indexOf('at'), takes.indexOf('from')].filter((i) => i !== -1);
  return async (...given: readonly unknown[]): Promise<unknown> => {
    const { accountId, region, principal, handsOver, visitor, ...more } =
      given[last] === undefined ? {} : optionsIn(operation, given[last]);
    const caller = runner.callerOf({ accountId, region, principal, handsOver, visitor });
    for (const i of places) checkIsPlace(operation, given[i]);
    const named: Record<string, unknown> = more;
    for (const [i, name] of takes.entries()) named[name] = given[i];
    const input = (prepare ? prepare(named as never) : named) as never;
    return runner.run({ service: 'distribution', operation, input }, () => perform(context, caller, input));
  };
}

/**
 * Checks that the last argument of a call is an object, and returns it as the options of the call.
 * @throws TypeError if the argument is not an object
 */
function optionsIn(operation: string, given: unknown): CallOptions {
  if (kindOf(given) === 'Object') return given as CallOptions;
  throw new TypeError(`The last argument of ${operation}() must be an object of options, not ${kindOf(given)}`);
}

function checkIsPlace(operation: string, given: unknown): void {
  if (isPlace(given)) return;
  throw new TypeError(
    `The repository for ${operation}() must be { host, path } or the result of locate(), not ${kindOf(given)}`,
  );
}
