import { type ChildProcess, spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { awsEnvironment } from '../support/aws-environment.ts';
import { run } from '../support/commands.ts';
import { freePort } from '../support/free-port.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** A server in a process of its own. */
export interface Peer {
  readonly origin: string;
  stop(): Promise<void>;
}

/** A peer that may not be on this machine. */
export interface KindOfPeer {
  readonly name: string;
  /** Returns undefined if it is not on this machine. */
  version(): Promise<string | undefined>;
  start(): Promise<Peer>;
}

/** Returns the first line that a command prints, or undefined if the command is missing or fails. */
async function firstLine(command: string, args: readonly string[]): Promise<string | undefined> {
  const ended = await run(command, args).catch(() => undefined);
  return ended?.code === 0 ? ended.stdout.trim().split('\n')[0] : undefined;
}

export const moto: KindOfPeer = {
  name: 'moto server',
  version: () => firstLine('python3', ['-c', 'import moto, moto.server; print("moto", moto.__version__)']),
  start: async () => {
    const port = await freePort();
    return started(spawnQuietly('python3', ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)]), port);
  },
};

export const distribution: KindOfPeer = {
  name: "CNCF distribution (Debian's docker-registry)",
  version: () => firstLine('docker-registry', ['--version']),
  start: async () => {
    const port = await freePort();
    const folder = await temporaryFolder();
    const configuration = join(folder.path, 'config.yml');
    const settings = {
      version: '0.1',
      log: { level: 'error', accesslog: { disabled: true } },
      storage: { filesystem: { rootdirectory: join(folder.path, 'registry') } },
      http: { addr: `127.0.0.1:${port}` },
    };
    // JSON is YAML too.
    await writeFile(configuration, JSON.stringify(settings));
    const peer = await started(spawnQuietly('docker-registry', ['serve', configuration]), port);
    return { origin: peer.origin, stop: () => peer.stop().finally(folder.remove) };
  },
};

export const craneRegistry: KindOfPeer = {
  name: 'go-containerregistry (crane registry serve)',
  version: () => firstLine('crane', ['version']),
  start: () =>
    withFolder((port, folder) => ['crane', 'registry', 'serve', '--address', `127.0.0.1:${port}`, '--disk', folder]),
};

export const olareg: KindOfPeer = {
  name: 'olareg',
  version: () => firstLine('olareg', ['version']),
  start: () =>
    withFolder((port, folder) => ['olareg', 'serve', '--addr', '127.0.0.1', '--port', String(port), '--dir', folder]),
};

/** Starts a registry that keeps its content in a folder, which is removed afterwards. */
async function withFolder(commandOf: (port: number, folder: string) => [string, ...string[]]): Promise<Peer> {
  const port = await freePort();
  const folder = await temporaryFolder();
  const [command, ...args] = commandOf(port, folder.path);
  const peer = await started(spawnQuietly(command, args), port);
  return { origin: peer.origin, stop: () => peer.stop().finally(folder.remove) };
}

const cli = fileURLToPath(new URL('../../packages/cli/dist/cli.js', import.meta.url));

/** `coracle serve`, as it is installed. */
export async function startCoracle(): Promise<Peer> {
  const port = await freePort();
  const args = [cli, 'serve', '--quiet', '--create-on-push', '--port', String(port)];
  return started(spawnQuietly(process.execPath, args), port);
}

const spawnQuietly = (command: string, args: readonly string[]): ChildProcess =>
  spawn(command, args, { stdio: 'ignore', env: awsEnvironment });

const secondsToStart = 30;

/** Waits until something listens on the port. */
async function started(child: ChildProcess, port: number): Promise<Peer> {
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()).once('error', () => resolve()));
  const stop = async () => {
    child.kill();
    await ended;
  };
  const until = performance.now() + secondsToStart * 1000;
  while (!(await listens(port))) {
    if (child.exitCode !== null || performance.now() > until) {
      await stop();
      throw new Error(`${child.spawnargs.join(' ')} did not start`);
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return { origin: `http://127.0.0.1:${port}`, stop };
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
