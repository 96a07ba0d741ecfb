import type { Address, HostPath, Place } from '../access/place.ts';
import { checkPlace, isPlace } from '../access/place.ts';
import type { Algorithm } from '../digest/running-hash.ts';
import { locate, type Rules } from '../distribution/address.ts';
import { checkBlob, deleteBlob, getBlob, mountBlob, putBlob } from '../distribution/blobs.ts';
import { getRepositories } from '../distribution/catalog.ts';
import { deleteManifest, getManifest, getTags, type NewManifest, putManifest } from '../distribution/manifests.ts';
import type { NamesPage } from '../distribution/names.ts';
import {
  getReferrers,
  listReferrers,
  type Referrer,
  type ReferrersJson,
  type ReferrersPage,
} from '../distribution/referrers.ts';
import {
  appendToUpload,
  cancelUpload,
  finishUpload,
  getUpload,
  startUpload,
  type Upload,
  type UploadStatus,
} from '../distribution/uploads.ts';
import { type Authorization, openToken } from '../domain/authorization.ts';
import type { Caller } from '../domain/caller.ts';
import type { Context } from '../domain/context.ts';
import type { StoredManifest } from '../domain/images/image.ts';
import type { ReadableLayer } from '../domain/layers/layers.ts';
import { kindOfHost } from '../domain/registries/addresses.ts';
import { readLogo } from '../domain/repositories/catalog.ts';
import { kindOf } from '../domain/text.ts';
import type { CallOptions } from '../operations/implementation.ts';
import { bytesOf, type Content, chunksOf } from './content.ts';
import type { Runner } from './runner.ts';

/** A manifest, with its media type and with further tags if it is put by its digest. */
export type PutManifest = Omit<NewManifest, 'bytes'> & {
  readonly bytes: string | Uint8Array | ArrayBuffer;
};

/**
 * The OCI distribution protocol as methods, on the same repositories and images as both services. Each method takes the
 * repository as `locate` gives it or as a client writes it, `{ host: 'localhost:4747', path: 'team/web' }`, and as its
 * last argument the options of the call, such as the caller.
 */
export interface Distribution {
  /** Finds which repository `<host>/<path>` means. It need not exist. */
  locate(host: string, path: string, options?: CallOptions): Promise<Address>;
  /** Says whether a host is one of AWS's own, and of which kind of registry. */
  kindOfHost(host: string): 'public' | 'private' | undefined;
  /**
   * Checks the form of a host and a path that a client wrote. Does not look for the repository.
   * @throws InvalidParameterException if no repository can have this name, or the host names a region that cannot exist
   */
  checkPlace(place: HostPath): void;
  /** Creates the repository if it does not exist. */
  ensureRepository(at: Place, options?: CallOptions): Promise<void>;
  getBlob(at: Place, digest: string, options?: CallOptions): Promise<ReadableLayer>;
  /** Says how large a blob is, without its content. */
  checkBlob(at: Place, digest: string, options?: CallOptions): Promise<{ digest: string; size: number }>;
  /** Removes a blob from a repository. Images that name it stay as they are. */
  deleteBlob(at: Place, digest: string, options?: CallOptions): Promise<void>;
  /** Gives a repository the blob of another one, without a copy of its content; false if the other one has no such blob. */
  mountBlob(at: Place, digest: string, from: Place, options?: CallOptions): Promise<boolean>;
  /**
   * Starts an upload. `algorithm` is that of the digest that it is going to be finished with; sha256 by default.
   * @throws ThrottlingException if the repository has reached the limit `limits.openUploads`
   */
  startUpload(
    at: Place,
    options?: CallOptions & { readonly algorithm?: Algorithm },
  ): Promise<{ uploadId: string; state?: string }>;
  /** Cancels an upload and deletes what it has stored. */
  cancelUpload(at: Place, upload: Upload, options?: CallOptions): Promise<void>;
  /** Says how many bytes are stored. */
  getUpload(at: Place, upload: Upload, options?: CallOptions): Promise<UploadStatus>;
  /**
   * Adds content; `first` is the byte it starts with, if the client says it.
   * @throws TypeError if the content is not in one of the forms of `Content`
   * @throws InvalidLayerPartException if that is not the next byte
   * @throws LimitExceededException if the upload has too many parts
   */
  appendToUpload(
    at: Place,
    upload: Upload,
    content: Content,
    options?: CallOptions & { readonly first?: number | undefined },
  ): Promise<UploadStatus>;
  /**
   * Adds `content`, if any, and turns the upload into a blob. By the rules of the `service` an upload without content is
   * refused.
   */
  finishUpload(
    at: Place,
    upload: Upload,
    digest: string,
    options?: CallOptions & { readonly content?: Content | undefined; readonly rules?: Rules },
  ): Promise<{ digest: string; size: number }>;
  /** Puts a blob in one call. */
  putBlob(
    at: Place,
    digest: string,
    content: Content,
    options?: CallOptions,
  ): Promise<{ digest: string; size: number }>;
  /** Reads a manifest. `reference` is a tag or a digest. It is announced as a pull unless `pull` is false. */
  getManifest(
    at: Place,
    reference: string,
    options?: CallOptions & { readonly pull?: boolean },
  ): Promise<StoredManifest>;
  putManifest(
    at: Place,
    reference: string,
    manifest: PutManifest,
    options?: CallOptions,
  ): Promise<{ digest: string; subject: string | undefined }>;
  /**
   * Removes a tag, or deletes an image with all of its tags. By the rules of the `service`, which are
   * those of BatchDeleteImage, an image is deleted with its last tag, and is not deleted if an image index names it.
   */
  deleteManifest(at: Place, reference: string, options?: CallOptions & { readonly rules?: Rules }): Promise<void>;
  /** Lists the images whose subject this is, by digest. The list is empty if the repository does not exist. */
  getReferrers(
    at: Place,
    subject: string,
    options?: CallOptions & ReferrersPage,
  ): Promise<{ referrers: Referrer[]; more: boolean }>;
  /** Gives the same page as the JSON of its entries, which was made at their push. */
  listReferrers(at: Place, subject: string, options?: CallOptions & ReferrersPage): Promise<ReferrersJson>;
  /** Lists the tags by name: at most `most`, and only those after `last`. */
  getTags(at: Place, options?: CallOptions & NamesPage): Promise<{ tags: string[]; more: boolean }>;
  /**
   * Lists the repositories of the private registry that a host means, by name. The list is empty for the host of a
   * public registry.
   */
  getRepositories(host: string, options?: CallOptions & NamesPage): Promise<{ repositories: string[]; more: boolean }>;
  /** Says what an authorization token of this registry holds; undefined for any other text. */
  openToken(token: string): Promise<Authorization | undefined>;
  /** Gives the bytes behind a `logoUrl`, by the last UUID in it. */
  getLogo(logo: string): Promise<Uint8Array | undefined>;
}

/** A method of `distribution`. Its arguments are combined into one input, like the input of an operation. */
interface Method {
  /** The names of the arguments. With the members of the options they make the input. */
  readonly takes: readonly string[];
  readonly perform: (context: Context, caller: Caller, input: never) => Promise<unknown>;
  /** Gives the content among the arguments the form that the function takes. */
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

/** The methods that are shown to interceptions and have a caller, each by its name. */
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

/** Creates `engine.distribution`. Its methods run through the runner, so that they emit events and can be intercepted. */
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
    getLogo: (logo) => run('getLogo', { logo }, () => readLogo(context, logo)),
  };
}

function wrap(context: Context, runner: Runner, operation: string, { takes, perform, prepare }: Method) {
  const last = takes.length;
  const places = [takes.indexOf('at'), takes.indexOf('from')].filter((i) => i !== -1);
  return async (...given: readonly unknown[]): Promise<unknown> => {
    const { accountId, region, principal, handsOver, ...more } =
      given[last] === undefined ? {} : optionsIn(operation, given[last]);
    const caller = runner.callerOf({ accountId, region, principal, handsOver });
    for (const i of places) checkIsPlace(operation, given[i]);
    const named: Record<string, unknown> = more;
    for (const [i, name] of takes.entries()) named[name] = given[i];
    const input = (prepare ? prepare(named as never) : named) as never;
    return runner.run({ service: 'distribution', operation, input }, () => perform(context, caller, input));
  };
}

/** @throws TypeError if the last argument of a call is not an object of options */
function optionsIn(operation: string, given: unknown): CallOptions {
  if (kindOf(given) === 'Object') return given as CallOptions;
  throw new TypeError(`The last argument of ${operation}() must be an object of options, not ${kindOf(given)}`);
}

function checkIsPlace(operation: string, given: unknown): void {
  if (isPlace(given)) return;
  throw new TypeError(
    `${operation}() needs a repository such as { host, path } or the result of locate(), not ${kindOf(given)}`,
  );
}
