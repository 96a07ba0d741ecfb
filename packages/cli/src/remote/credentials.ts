import { join } from 'node:path';
import { type AuthFile, readAuthFile } from './auth-file.ts';
import { askHelper } from './credential-helper.ts';
import { RemoteError } from './failure.ts';
import { type Credentials, loginVariables } from './login.ts';
import { dockerHub } from './reference.ts';

export interface CredentialsOptions {
  /** The registry as the user names it, and the repository. */
  readonly registry: string;
  readonly repository: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** Ends a credential helper that does not answer. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Finds the login of the user for a registry. The order is: the variables CORACLE_USERNAME and CORACLE_PASSWORD, the
 * file of REGISTRY_AUTH_FILE, docker's config.json, and podman's auth.json. Of each file, `credHelpers` and `credsStore`
 * count before `auths`.
 * @returns undefined if the user has no login for this registry
 * @throws RemoteError if only one of the variables is set, if a file is invalid, or if a credential helper fails
 */
export async function findCredentials(options: CredentialsOptions): Promise<Credentials | undefined> {
  const { CORACLE_USERNAME: username, CORACLE_PASSWORD: password } = options.environment;
  if (username && password) return { username, password, source: loginVariables };
  if (username || password) {
    const [set, missing] = username ? ['USERNAME', 'PASSWORD'] : ['PASSWORD', 'USERNAME'];
    // A script whose secret is missing must not use another login in silence.
    throw new RemoteError(
      'login',
      `The variable CORACLE_${set} is set, but CORACLE_${missing} is missing or empty: set both, or neither`,
    );
  }
  for (const path of authFiles(options)) {
    const file = await readAuthFile(path);
    const found = file && (await findIn(file, options));
    if (found) return found;
  }
  return undefined;
}

function authFiles({ environment, home }: CredentialsOptions): string[] {
  const { REGISTRY_AUTH_FILE, DOCKER_CONFIG, XDG_RUNTIME_DIR, XDG_CONFIG_HOME } = environment;
  return [
    ...(REGISTRY_AUTH_FILE ? [REGISTRY_AUTH_FILE] : []),
    join(DOCKER_CONFIG || join(home, '.docker'), 'config.json'),
    ...(XDG_RUNTIME_DIR ? [join(XDG_RUNTIME_DIR, 'containers', 'auth.json')] : []),
    join(XDG_CONFIG_HOME || join(home, '.config'), 'containers', 'auth.json'),
  ];
}

/** docker keeps the login of Docker Hub under this name. */
const hubKey = 'https://index.docker.io/v1/';

async function findIn(file: AuthFile, { registry, repository, environment, signal }: CredentialsOptions) {
  const server = registry === dockerHub.name ? hubKey : registry;
  const helper = file.credHelpers[registry] ?? file.credHelpers[server] ?? file.credsStore;
  if (helper) {
    const found = await askHelper(helper, server, environment, signal);
    if (found) return found;
  }
  const written = Object.entries(file.auths).map(([key, login]) => ({ name: plainName(key), login }));
  for (const name of namesOf(registry, repository)) {
    const login = written.find((it) => it.name === name && (it.login.username !== '' || it.login.identityToken))?.login;
    if (login) return { ...login, source: file.path };
  }
  return undefined;
}

/** Returns the names under which a login can be kept: podman has logins for parts of a registry, most exact first. */
function namesOf(registry: string, repository: string): string[] {
  const parts = repository.split('/');
  const deeper = parts.map((_, i) => `${registry}/${parts.slice(0, parts.length - i).join('/')}`);
  return [...deeper, registry];
}

/** Returns the key of a login without the parts that older clients wrote: `https://`, `/v1/` and `/v2/`. */
function plainName(key: string): string {
  if (key === hubKey) return dockerHub.name;
  const name = key.replace(/^https?:\/\//, '').replace(/(?:\/v[12])?\/*$/, '');
  return name === 'index.docker.io' || name === dockerHub.host ? dockerHub.name : name;
}
