import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ClientProgram } from './client-program.ts';

/** An engine of a test's own: with nothing in it, with no network, and speaking plain HTTP to 127.0.0.1. */
export interface DockerEngine {
  /** `docker` on this engine. */
  readonly docker: ClientProgram;
  stop(): Promise<void>;
}

export async function startDockerEngine(folder: string): Promise<DockerEngine> {
  const host = `unix://${folder}/docker.sock`;
  const child = spawn(
    'dockerd',
    [
      ...['--bridge=none', '--iptables=false', '--ip6tables=false', '--storage-driver=vfs', '--host', host],
      ...['--data-root', join(folder, 'engine'), '--exec-root', join(folder, 'exec'), '--pidfile', join(folder, 'pid')],
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const ended = once(child, 'close');
  const said: string[] = [];
  // To its end, since an engine whose output nobody reads stands still.
  const lines = createInterface(child.stderr).on('line', (line) => said.push(line));
  await new Promise<void>((resolve, reject) => {
    lines.on('line', (line) => line.includes('API listen on') && resolve());
    ended.then(() => reject(new Error(`dockerd did not start:\n${said.join('\n')}`)), reject);
  });
  return {
    docker: new ClientProgram('docker', folder, ['--host', host]),
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
