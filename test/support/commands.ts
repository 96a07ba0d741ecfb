import { spawn } from 'node:child_process';

/** The outcome of a command. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** Instead of this process's own; see `cleanEnvironment`. */
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Its standard input. */
  readonly input?: string | Uint8Array;
}

/** Runs a command to its end, whatever that is. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  const { input = '', ...rest } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...rest, stdio: 'pipe' });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
    // A command that reads no input may be gone before it is written.
    child.stdin.on('error', () => undefined).end(input);
  });
}

/** Runs a command that should succeed, and gives what it printed. */
export async function output(command: string, args: readonly string[], options?: RunOptions): Promise<string> {
  const { code, stdout, stderr } = await run(command, args, options);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${stderr}${stdout}`);
  return stdout;
}
