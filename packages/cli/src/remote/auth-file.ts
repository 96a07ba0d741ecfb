import { readFile } from 'node:fs/promises';
import { RemoteError } from './failure.ts';
import { recordOf } from './json.ts';
import type { Credentials } from './login.ts';

/** A login in a file of docker or podman. */
type Login = Omit<Credentials, 'source'>;

/** The parts of docker's config.json and of podman's auth.json that say how to log in. */
export interface AuthFile {
  readonly path: string;
  readonly auths: Readonly<Record<string, Login>>;
  readonly credHelpers: Readonly<Record<string, string>>;
  readonly credsStore: string | undefined;
}

/**
 * Reads a file with logins.
 * @returns undefined if the file does not exist
 * @throws RemoteError if the file cannot be read, or if it is not JSON
 */
export async function readAuthFile(path: string): Promise<AuthFile | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw new RemoteError('login', `The logins in ${path} cannot be read: ${error.message}. Make the file readable`);
  });
  if (text === undefined) return undefined;
  const { auths, credHelpers, credsStore } = recordOf(parse(text, path));
  const logins = Object.entries(recordOf(auths)).map(([key, value]) => [key, loginOf(recordOf(value))] as const);
  const helpers = Object.entries(recordOf(credHelpers)).filter(([, name]) => typeof name === 'string');
  return {
    path,
    auths: Object.fromEntries(logins),
    credHelpers: Object.fromEntries(helpers) as Record<string, string>,
    credsStore: typeof credsStore === 'string' && credsStore !== '' ? credsStore : undefined,
  };
}

function parse(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The error of JSON.parse quotes the file, which contains passwords.
    throw new RemoteError('login', `The file ${path} with the logins is not JSON: repair it, or log in again`);
  }
}

function loginOf({ auth, username, password, identitytoken }: Readonly<Record<string, unknown>>): Login {
  const decoded = typeof auth === 'string' ? Buffer.from(auth, 'base64').toString('utf8') : '';
  const colon = decoded.indexOf(':');
  return {
    username: colon > 0 ? decoded.slice(0, colon) : typeof username === 'string' ? username : '',
    // Some versions of docker end the password with zero bytes.
    password: colon > 0 ? decoded.slice(colon + 1).replace(/\0+$/, '') : typeof password === 'string' ? password : '',
    ...(typeof identitytoken === 'string' && identitytoken !== '' ? { identityToken: identitytoken } : {}),
  };
}
