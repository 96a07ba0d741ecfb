import { refuseUnknown } from '@coracle/core';
import { openGate } from './access/open-gate.ts';
import type { Access } from './access/options.ts';
import type { Face } from './face.ts';
import { logError, type OnError, revealer } from './reveal.ts';
import type { CorsOptions, GateMaker, Quirks, ServedEngine, Settings } from './settings.ts';

/** The options of `createFetchHandler`. Every option has a default. */
export interface FetchHandlerOptions {
  /**
   * Says who may use the registry. With `'open'`, the default, every caller may do everything, and every credential is
   * accepted. With an object, access is closed: each request needs AWS credentials, a password or a token, and the
   * repository policies apply. Calls of the engine's methods in the program itself are always allowed.
   */
  readonly access?: Access;
  /**
   * The protocol handlers that are served. The default is `[awsJson(), v2(), logos(), home()]`. If no handler has a
   * route for a path, the answer is 404.
   */
  readonly faces?: readonly Face[];
  /**
   * Whether a push to a repository that does not exist creates the repository. False by default: the push is then
   * refused with NAME_UNKNOWN, as on Amazon ECR and Amazon ECR Public.
   */
  readonly createOnPush?: boolean;
  /**
   * The origins of the web pages that may call the registry from a browser. If this option is left out, CORS is off.
   */
  readonly cors?: CorsOptions;
  /**
   * The maximum size of the body of an AWS JSON request, in bytes. A larger body is answered with 413. The default is
   * 32 MiB.
   *
   * Each operation also has a limit of its own, which this option cannot raise: 32 MiB for UploadLayerPart, 9 MiB for
   * PutImage, 1 MiB for operations with catalog data, 256 KiB for all others. Blobs that are pushed through `/v2/` may
   * have any size.
   */
  readonly maxBodyBytes?: number;
  /**
   * Is called with each failure of the storage or of Coracle itself, and with the id of the failure. The client gets
   * only this id, never the error itself. By default the failure and its id are written to `console.error`.
   */
  readonly onError?: OnError;
  /**
   * By default `/v2/` follows the OCI distribution specification. With `'aws'`, `/v2/` behaves like Amazon ECR in the
   * points in which ECR departs from the specification. For example, a chunk of an upload is answered with 201. An
   * invalid manifest, and most errors that the API of Amazon ECR reports as InvalidParameterException, are answered
   * with 405 UNSUPPORTED. Blobs cannot be deleted, mounted, or pushed in a single POST.
   *
   * Use `'aws'` to test clients that must work with ECR.
   */
  readonly quirks?: Quirks;
  /**
   * Whether the code that reads the bodies of answers promises not to change their bytes. A server that only sends the
   * bodies to clients can promise this. Bodies may then be the storage's own memory instead of copies. False by
   * default.
   */
  readonly readOnlyBodies?: boolean;
}

/**
 * The options of `serveFaces`: the options of `createFetchHandler`. Here `faces` is required, and closed access is
 * `closed(options)`, so that a bundle contains the code of closed access only if the program uses it.
 */
export interface ServeFacesOptions extends Omit<FetchHandlerOptions, 'access'> {
  readonly faces: readonly Face[];
  readonly access?: 'open' | GateMaker;
}

/** The names of the options of `createFetchHandler`. */
export const fetchHandlerOptionNames = [
  'access',
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
 * Checks the options of a fetch handler. Returns them with the defaults filled in.
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
    access = 'open',
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
  demand(
    access === 'open' || typeof access === 'function',
    () => `access must be 'open' or closed({ users: [{ name, password, rights: ['pull', 'push'] }] })`,
  );
  const gate = access === 'open' ? openGate(engine) : access(engine);
  const reveal = revealer(onError);
  return { faces, settings: { gate, createOnPush, cors, maxBodyBytes, onError, reveal, quirks, readOnlyBodies } };
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

/**
 * Returns whether a text is an origin exactly as browsers write it in the Origin header. This matters because origins
 * are later compared as strings.
 */
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
