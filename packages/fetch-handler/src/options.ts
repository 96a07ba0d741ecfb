import { refuseUnknown } from '@coracle/core';
import type { Face } from './face.ts';
import { logError, type OnError, revealer } from './reveal.ts';
import type { CorsOptions, Quirks, ServedEngine, Settings } from './settings.ts';

/** The options of a fetch handler. All have defaults. */
export interface FetchHandlerOptions {
  /**
   * The faces that are served: AWS JSON, `/v2/`, the logos and the home page by default. A path of no face is answered
   * with 404.
   */
  readonly faces?: readonly Face[];
  /**
   * Whether a push to a repository that does not exist creates it. By default it is refused with NAME_UNKNOWN, as both
   * services do.
   */
  readonly createOnPush?: boolean;
  /** The origins whose preflights are answered, and whose pages may read the answers. CORS is off by default. */
  readonly cors?: CorsOptions;
  /**
   * The maximum size of the body of an AWS JSON request, in bytes; a larger body is answered with 413. Each operation
   * has a limit of its own, which this cannot raise: 32 MiB for UploadLayerPart, 9 MiB for PutImage, 1 MiB with catalog
   * data, 256 KiB otherwise. Blobs that are pushed through `/v2/` may have any size.
   */
  readonly maxBodyBytes?: number;
  /**
   * Is called with each failure of the storage or of Coracle itself, and with its id. Clients get only the id, and
   * nothing else of the error. By default the failure is written to `console.error`.
   */
  readonly onError?: OnError;
  /**
   * With `'aws'`, `/v2/` answers like ECR itself if that departs from the OCI distribution specification, for clients
   * that are tested against it: 201 for a chunk, 405 UNSUPPORTED for a parameter that the API calls invalid, no
   * deletion of blobs, no blob in a single POST, no mount. By default it follows the specification.
   */
  readonly quirks?: Quirks;
  /**
   * Whether nobody changes the bodies of answers. They may then be the storage's own memory instead of copies, which
   * suits servers that only send them on. False by default.
   */
  readonly readOnlyBodies?: boolean;
}

/** The options of a fetch handler that has no faces by default. */
export interface ServeFacesOptions extends FetchHandlerOptions {
  readonly faces: readonly Face[];
}

/** The names of the options of `createFetchHandler`. */
export const fetchHandlerOptionNames = [
  'createOnPush',
  'cors',
  'faces',
  'maxBodyBytes',
  'onError',
  'quirks',
  'readOnlyBodies',
] as const satisfies (keyof FetchHandlerOptions)[];

const demand = (holds: boolean, sentence: () => string): void => {
  if (!holds) throw new TypeError(sentence());
};

/**
 * Checks the options, and gives each its default.
 * @throws TypeError that says which option is invalid and what it should be
 */
export function readOptions(
  engine: ServedEngine,
  options: ServeFacesOptions,
): { readonly faces: readonly Face[]; readonly settings: Settings } {
  demand(
    typeof engine?.invoke === 'function' && typeof engine.distribution === 'object',
    () =>
      'The first argument of a fetch handler must be an engine: pass the result of createEngine() or createRegistry()',
  );
  refuseUnknown('A fetch handler', options, fetchHandlerOptionNames);
  const {
    createOnPush = false,
    cors,
    faces,
    maxBodyBytes = 32 * 1024 * 1024,
    onError = logError,
    quirks,
    readOnlyBodies = false,
  } = options;
  checkFaces(faces);
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
  const reveal = revealer(onError);
  return { faces, settings: { createOnPush, cors, maxBodyBytes, onError, reveal, quirks, readOnlyBodies } };
}

function checkFaces(faces: unknown): void {
  demand(
    Array.isArray(faces),
    () => `faces must be a list of protocol handlers, such as [awsJson(), v2()], not ${show(faces)}`,
  );
  for (const face of faces as readonly unknown[]) {
    demand(
      typeof (face as Face | null | undefined)?.serve === 'function',
      () => `faces must be a list of protocol handlers, such as [awsJson(), v2()]; ${show(face)} is not one`,
    );
  }
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
        `without a path and without a slash at the end; ${show(origin)} is not an origin`,
    );
  }
}

/** Says whether a text is an origin as browsers write it in the Origin header, which is compared letter by letter. */
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

function show(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  return typeof value === 'function' ? `the function ${value.name}` : (JSON.stringify(value) ?? String(value));
}
