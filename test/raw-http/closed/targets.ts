import { type RunningServer, type ServeOptions, serve } from '@coracle/cli';
import { describe } from 'vitest';
import { bundled } from '../../workers/bundle.ts';
import { describeWithWorkerd, startWorker } from '../../workers/miniflare.ts';
import { key, signed, user } from './credentials.ts';

/** A closed registry, as a client sees it, and what the test sees of its inside. */
export interface Target {
  readonly url: string;
  /** Returns the names of the registry's calls since it was asked last: none, if nobody was let in. */
  calls(): Promise<readonly string[]>;
  /** Returns how much the registry stores. */
  stored(): Promise<{ readonly pieces: number; readonly repositories: number }>;
  stop(): Promise<void>;
}

export interface TargetOptions {
  readonly createOnPush?: boolean;
  /** Whether access is open, so that its answers can be compared with those of a closed registry. */
  readonly open?: boolean;
  /** Whether the runtime says nothing about messages that are no HTTP. */
  readonly quiet?: boolean;
  /** The time of the clock by which signatures expire. */
  readonly now?: number;
}

/** A kind of closed registry. A test group is skipped if this machine cannot run it. */
export interface Kind {
  readonly name: string;
  readonly describe: (name: string, tests: () => void) => void;
  readonly isWorker: boolean;
  start(options?: TargetOptions): Promise<Target>;
}

async function startServer({ createOnPush = false, open = false, now }: TargetOptions = {}): Promise<Target> {
  const users = [{ ...user, rights: ['pull', 'push'] as const }];
  const access: ServeOptions['access'] = { keys: [key], users, ...(now === undefined ? {} : { clock: () => now }) };
  return targetOf(await serve({ port: 0, createOnPush, registryAlias: 'open', access: open ? 'open' : access }));
}

function targetOf(server: RunningServer): Target {
  const { registry, url } = server;
  const { calls } = registry.intercept('*');
  let seen = 0;
  return {
    url,
    async calls() {
      const since = calls.slice(seen).map(({ operation }) => operation);
      seen = calls.length;
      return since;
    },
    async stored() {
      const { repositories = [] } = await registry.ecr.describeRepositories();
      const pieces = (await registry.snapshot()).pieces.size;
      seen = calls.length;
      return { pieces, repositories: repositories.length };
    },
    stop: () => server.close({ within: 0 }),
  };
}

async function startRegistryWorker(options: TargetOptions = {}): Promise<Target> {
  const { createOnPush = false, open = false, quiet = false, now } = options;
  const worker = startWorker(await bundled(new URL('worker.ts', import.meta.url)), {
    host: '127.0.0.1',
    port: 0,
    bindings: {
      ACCESS: open ? 'open' : 'closed',
      CREATE_ON_PUSH: createOnPush ? 'yes' : 'no',
      USERNAME: user.name,
      PASSWORD: user.password,
      AWS_ACCESS_KEY_ID: key.accessKeyId,
      AWS_SECRET_ACCESS_KEY: key.secretAccessKey,
      TOKEN_SECRET: 'x'.repeat(32),
      ...(now === undefined ? {} : { NOW: String(now) }),
    },
    ...(quiet && { handleRuntimeStdio: (...outputs) => outputs.map((output) => output.resume()) }),
    r2Buckets: ['PIECES'],
    durableObjects: { REGISTRY: { className: 'CountedRegistry', useSQLite: true } },
  });
  const url = (await worker.ready).href.replace(/\/$/, '');
  const calls = async () => (await (await fetch(`${url}/calls`)).json()) as string[];
  return {
    url,
    calls,
    async stored() {
      const bucket = await worker.getR2Bucket('PIECES');
      const { objects } = await bucket.list();
      const answer = await callOf(url, 'ecr.DescribeRepositories', {}, now);
      const { repositories } = (await answer.json()) as { repositories: unknown[] };
      await calls();
      return { pieces: objects.length, repositories: repositories.length };
    },
    stop: () => worker.dispose(),
  };
}

/** Sends a signed call: `ecr.CreateRepository`. */
export async function callOf(url: string, name: string, input: object, at?: number): Promise<Response> {
  const [service, operation] = name.split('.');
  const target = `${service === 'ecr' ? 'AmazonEC2ContainerRegistry_V20150921' : 'SpencerFrontendService'}.${operation}`;
  const call = { host: new URL(url).host, target, body: JSON.stringify(input) };
  const { headers, body } = await signed(call, at === undefined ? {} : { at });
  return fetch(url, { method: 'POST', headers: Object.fromEntries(headers), body });
}

/** Returns a target with the private repository `there`. */
export async function withRepository(started: Promise<Target>, at?: number): Promise<Target> {
  const target = await started;
  const created = await callOf(target.url, 'ecr.CreateRepository', { repositoryName: 'there' }, at);
  if (!created.ok) throw new Error(await created.text());
  await target.calls();
  return target;
}

export const kinds: readonly Kind[] = [
  {
    name: 'a closed server',
    describe: (name, tests) => void describe(name, tests),
    isWorker: false,
    start: startServer,
  },
  { name: 'a closed Worker', describe: describeWithWorkerd, isWorker: true, start: startRegistryWorker },
];
