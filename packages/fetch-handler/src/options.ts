import type { EngineBase } from '@coracle/core';
import { logError, type OnError, type Reveal, revealer } from './reveal.ts';
import type { Quirks } from './v2/front.ts';

/** What a fetch handler needs of an engine. */
export type ServedEngine = Pick<
  EngineBase,
  'invoke' | 'services' | 'distribution' | 'endpoint' | 'limits' | 'room' | 'intercepting'
>;

/** Which pages of other origins may use the registry from a browser. */
export interface CorsOptions {
  /** Origins such as `https://app.example.com`, `null` for pages without one, or `'*'` for every page. */
  readonly origins: readonly string[] | '*';
}

/** How a registry is served. Everything has a default. */
export interface FetchHandlerOptions {
  /**
   * Whether a push to a repository that does not exist creates it. By default it is refused with NAME_UNKNOWN, as both
   * services do.
   */
  readonly createOnPush?: boolean;
  /** Answers the preflights of these origins and lets their pages read the answers. Off by default. */
  readonly cors?: CorsOptions;
  /**
   * Lowers the largest body of an AWS JSON request, in bytes; a larger one is answered with 413. Each operation has a
   * limit of its own, which this cannot raise: 32 MiB for UploadLayerPart, 9 MiB for PutImage, 1 MiB with catalog data,
   * 256 KiB otherwise. Blobs that are pushed through `/v2/` may have any size.
   */
  readonly maxBodyBytes?: number;
  /**
   * Is told of each failure of the storage or of Coracle itself, with an id. Clients get the id, and nothing else of the
   * error. By default it is written to `console.error`.
   */
  readonly onError?: OnError;
  /**
   * `'aws'`: `/v2/` answers as ECR's own front does where that departs from the OCI distribution specification, for
   * clients that are tested against it: 201 for a chunk, 405 UNSUPPORTED for what the API calls an invalid parameter, no
   * deletion of blobs, no blob in a single POST, no mount. By default it follows the specification.
   */
  readonly quirks?: Quirks;
  /**
   * Promises that nobody changes the bodies of answers, which may then be the storage's own memory instead of copies:
   * for servers, which only send them on. False by default.
   */
  readonly readOnlyBodies?: boolean;
}

/** The options with their defaults. */
export interface Settings {
  readonly createOnPush: boolean;
  readonly cors: CorsOptions | undefined;
  readonly maxBodyBytes: number;
  readonly onError: OnError;
  readonly reveal: Reveal;
  readonly quirks: Quirks | undefined;
  readonly readOnlyBodies: boolean;
}

const names: readonly string[] = [
  'createOnPush',
  'cors',
  'maxBodyBytes',
  'onError',
  'quirks',
  'readOnlyBodies',
] satisfies (keyof FetchHandlerOptions)[];

const demand = (holds: boolean, sentence: () => string): void => {
  if (!holds) throw new TypeError(sentence());
};

/** @throws TypeError that says which option is wrong and what it should be. */
export function readOptions(engine: ServedEngine, options: FetchHandlerOptions): Settings {
  demand(
    typeof engine?.invoke === 'function' && typeof engine.distribution === 'object',
    () => 'createFetchHandler needs an engine: createEngine({ storage, services }), or what createRegistry() returns',
  );
  const unknown = Object.keys(options).find((name) => !names.includes(name));
  demand(unknown === undefined, () => `createFetchHandler has no option '${unknown}'; it has ${names.join(', ')}`);
  const {
    createOnPush = false,
    cors,
    maxBodyBytes = 32 * 1024 * 1024,
    onError = logError,
    quirks,
    readOnlyBodies = false,
  } = options;
  demand(typeof createOnPush === 'boolean', () => `createOnPush must be true or false, not ${show(createOnPush)}`);
  demand(
    typeof readOnlyBodies === 'boolean',
    () => `readOnlyBodies must be true or false, not ${show(readOnlyBodies)}`,
  );
  demand(
    Number.isSafeInteger(maxBodyBytes) && maxBodyBytes > 0,
    () => `maxBodyBytes must be a whole number of bytes above 0, not ${show(maxBodyBytes)}`,
  );
  demand(typeof onError === 'function', () => `onError must be a function, not ${show(onError)}`);
  if (cors !== undefined) checkCors(cors);
  demand(quirks === undefined || quirks === 'aws', () => `quirks must be 'aws' or left out, not ${show(quirks)}`);
  return { createOnPush, cors, maxBodyBytes, onError, reveal: revealer(onError), quirks, readOnlyBodies };
}

function checkCors(cors: CorsOptions): void {
  const origins: unknown = typeof cors === 'object' && cors !== null ? cors.origins : undefined;
  if (origins === '*') return;
  demand(Array.isArray(origins), () => `cors.origins must be '*' or a list of origins, not ${show(origins)}`);
  for (const origin of origins as readonly unknown[]) {
    demand(
      typeof origin === 'string' && isOrigin(origin),
      () =>
        `cors.origins must hold origins such as 'https://app.example.com', ` +
        `without a path and without a slash at the end; ${show(origin)} is none`,
    );
  }
}

/** As browsers write it in the Origin header, which is compared letter by letter. */
function isOrigin(text: string): boolean {
  if (text === 'null') return true;
  try {
    const { origin, protocol, host } = new URL(text);
    // Browser extensions have origins of their own schemes, which the URL standard calls opaque.
    return text === (origin === 'null' && host !== '' ? `${protocol}//${host}` : origin);
  } catch {
    return false;
  }
}

const show = (value: unknown): string =>
  typeof value === 'string' ? `'${value}'` : (JSON.stringify(value) ?? String(value));
