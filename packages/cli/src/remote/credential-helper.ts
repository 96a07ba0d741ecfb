import { spawn } from 'node:child_process';
import { RemoteError, shown } from './failure.ts';
import { recordIn } from './json.ts';
import { type Credentials, loginVariables } from './login.ts';

/** The name of a helper becomes a part of the name of a program, so it must not lead to another folder. */
const nameGrammar = /^[\w][\w.-]*$/;

/** A helper says with this text that it has no login for a server. */
const notFound = /credentials not found/i;

/**
 * Asks a credential helper of docker for the login of a server: the program `docker-credential-<name>` with the argument
 * `get`, which reads the server from its standard input (the README of docker-credential-helpers).
 * @returns undefined if the helper has no login for the server
 * @throws RemoteError if the helper is not installed or fails
 * @throws the reason of the signal if it aborts
 */
export async function askHelper(
  name: string,
  server: string,
  environment: Readonly<Record<string, string | undefined>>,
  signal?: AbortSignal | undefined,
): Promise<Credentials | undefined> {
  const program = `docker-credential-${name}`;
  const failed = (why: string) =>
    new RemoteError('login', `The credential helper ${program} of docker ${why}. Repair it, or set ${loginVariables}`);
  if (!nameGrammar.test(name)) throw failed('has an invalid name');
  const { code, stdout, stderr } = await run(program, server, environment, signal).catch(
    (error: NodeJS.ErrnoException) => {
      signal?.throwIfAborted();
      throw failed(error.code === 'ENOENT' ? 'is not installed' : `cannot be started: ${error.message}`);
    },
  );
  if (code !== 0 && notFound.test(stdout + stderr)) return undefined;
  if (code !== 0) throw failed(`failed: ${shown(stdout + stderr)}`);
  const { Username, Secret } = recordIn(stdout);
  if (typeof Username !== 'string' || typeof Secret !== 'string') throw failed('did not return a login');
  if (Username !== '<token>') return { username: Username, password: Secret, source: program };
  return { username: '', password: '', identityToken: Secret, source: program };
}

function run(
  program: string,
  input: string,
  environment: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal | undefined,
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, ['get'], { env: { ...environment }, stdio: 'pipe', ...(signal ? { signal } : {}) });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.once('error', (error) => {
      // A program that the helper has started may keep its output open.
      child.stdout.destroy();
      child.stderr.destroy();
      reject(error);
    });
    child.once('close', (code) => resolve({ code, stdout, stderr }));
    // A helper that reads no input may be gone before it is written.
    child.stdin.on('error', () => undefined).end(input);
  });
}
