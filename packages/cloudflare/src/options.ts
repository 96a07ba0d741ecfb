import {
  createEngine,
  type EngineOptions,
  ecr,
  ecrPublic,
  readSecrets,
  refuseUnknown,
  repositoryPolicies,
  type Storage,
} from '@coracle/core';
import {
  type Access,
  type AccessOptions,
  createFetchHandler,
  type FetchHandlerOptions,
  fetchHandlerOptionNames,
} from '@coracle/fetch-handler';
import type { Env } from './bindings.ts';

type EngineSettings = Pick<EngineOptions, 'accountId' | 'region' | 'registryAlias' | 'verified' | 'limits'>;

/** The options of `registryWorker()`. Each option has a default. */
export interface RegistryWorkerOptions extends EngineSettings, Omit<FetchHandlerOptions, 'access' | 'faces'> {
  /**
   * Says who may use the registry: an object, a function of the Worker's variables and secrets, or `'open'` for everyone.
   * The default is `accessFromEnv`, which reads `USERNAME`, `PASSWORD` and other variables. If it finds none, the Worker
   * answers each request with 503.
   */
  readonly access?: Access | ((env: Env) => Access);
  /**
   * The URL at which clients reach the registry, for the addresses in answers. The default is the origin of each request,
   * and tokens are then valid only for the host for which they were issued.
   */
  readonly endpoint?: string;
  /** The name of the object that is the registry; `registry` by default. Each name is a registry of its own. */
  readonly name?: string;
  /**
   * The names of the Worker's bindings: of the object (`REGISTRY` by default), of its content (`PIECES`), and of the rate
   * limit for refused logins (`REFUSED_LOGINS`). Without that binding, refused logins are not limited.
   */
  readonly bindings?: { readonly registry?: string; readonly pieces?: string; readonly refusedLogins?: string };
  /**
   * Makes a storage from the Worker's bindings, such as `(env) => kvStorage(env.KV)`. The engine then runs in the Worker,
   * and no Durable Object is used.
   */
  readonly storage?: (env: never) => EngineOptions['storage'];
}

const engineNames = [
  'endpoint',
  'accountId',
  'region',
  'registryAlias',
  'verified',
  'limits',
] as const satisfies (keyof RegistryWorkerOptions)[];

const handlerNames = fetchHandlerOptionNames.filter((name) => name !== 'access' && name !== 'faces');

/** The names of the options of `registryWorker()`. */
export const optionNames = ['access', 'name', 'bindings', 'storage', ...engineNames, ...handlerNames] as const;

const accessForms = "an object such as { users: [{ name, password, rights: ['pull', 'push'] }] }";

const demand = (holds: boolean, sentence: string): void => {
  if (!holds) throw new TypeError(sentence);
};

const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';

/**
 * Checks the options of `registryWorker()`, before the bindings are known.
 * @throws TypeError if an option is unknown or invalid
 */
export function checkOptions(options: RegistryWorkerOptions): void {
  refuseUnknown('registryWorker', options, optionNames);
  const { access = 'open', name = 'registry', bindings = {}, storage, endpoint = '' } = options;
  demand(isText(name), 'name must be a text that is not empty');
  refuseUnknown('bindings', bindings, ['registry', 'pieces', 'refusedLogins'], 'member');
  for (const [member, binding] of Object.entries(bindings)) {
    demand(
      binding === undefined || isText(binding),
      `bindings.${member} must be a text that is not empty: the name of a binding`,
    );
  }
  demand(
    storage === undefined || typeof storage === 'function',
    "storage must be a function of the Worker's bindings, such as (env) => kvStorage(env.KV)",
  );
  demand(typeof endpoint === 'string', 'endpoint must be a text, such as https://registry.example.com');
  demand(
    typeof access === 'function' || isAccess(access),
    `access must be 'open', a function of the Worker's variables, or ${accessForms}`,
  );
  const { engineOptions, handlerOptions } = partsOf(options);
  const checked = typeof access === 'function' ? 'open' : readAccess(access).access;
  // The engine and the handler check their own options, and open nothing before they are used.
  const services = [ecrPublic, ecr];
  const engine = createEngine({
    ...engineOptions,
    storage: () => readStorage(0),
    services,
    access: repositoryPolicies,
  });
  createFetchHandler(engine, { ...handlerOptions, access: checked });
}

/** Returns the options for the engine, and those for the fetch handler. Options that are undefined are left out. */
export const partsOf = (options: RegistryWorkerOptions) => ({
  engineOptions: given(options, engineNames),
  handlerOptions: given(options, handlerNames),
});

function given<K extends keyof RegistryWorkerOptions>(
  options: RegistryWorkerOptions,
  names: readonly K[],
): { [N in K]?: Exclude<RegistryWorkerOptions[N], undefined> } {
  const entries = names.map((name) => [name, options[name]] as const).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [N in K]?: Exclude<RegistryWorkerOptions[N], undefined> };
}

const isAccess = (given: unknown): boolean =>
  given === 'open' || Object.prototype.toString.call(given) === '[object Object]';

/**
 * Splits the value of `access` into the option of the fetch handler and the secret of tokens.
 * @throws TypeError if the value is not `'open'` or an object, or if the secret is too short. Without the check, a
 * function that returns undefined would open the registry
 */
export function readAccess(given: Access): { access: Access; tokenSecret?: AccessOptions['tokenSecret'] } {
  demand(isAccess(given), `The function access of registryWorker must return 'open' or ${accessForms}`);
  if (given === 'open') return { access: given };
  const { tokenSecret, ...access } = given;
  readSecrets(tokenSecret, 'access.tokenSecret');
  return { access: { sourceIp, ...access }, ...(tokenSecret === undefined ? {} : { tokenSecret }) };
}

/** Cloudflare writes the address of the client into this header, and overwrites what a client has sent. */
const sourceIp = ({ headers }: Request): string | undefined => headers.get('cf-connecting-ip') ?? undefined;

/** Checks that the option `storage` has returned a storage, or a function that opens one. */
export function readStorage(made: unknown): Storage {
  const isStorage = typeof made === 'function' || typeof (made as Storage | undefined)?.records === 'object';
  demand(isStorage, 'The function storage of registryWorker must return a storage, such as kvStorage(env.KV)');
  return made as Storage;
}
