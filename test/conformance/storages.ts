import { bundled } from '../workers/bundle.ts';
import { startWorker } from '../workers/miniflare.ts';
import { whyNoWorkerd } from '../workers/workerd.ts';
import { alias, closedServe, coracleServe, login, type Served } from './server.ts';

/** A storage, and a server that keeps everything in it. */
export interface ServedStorage {
  readonly name: string;
  /** Returns why this machine cannot serve it, or undefined if it can. */
  missing(): string | undefined;
  /** @param folder an empty folder for its data */
  serve(folder: string): Promise<Served>;
}

const always = () => undefined;

/** A Worker in workerd, as it would be deployed. */
async function worker(storage: 'durable object' | 'kv'): Promise<Served> {
  const started = startWorker(await bundled(new URL('worker.ts', import.meta.url)), {
    host: '127.0.0.1',
    port: 0,
    bindings: { STORAGE: storage, ALIAS: alias },
    kvNamespaces: ['KV'],
    r2Buckets: ['BUCKET'],
    durableObjects: { RECORDS: { className: 'CoracleRecords', useSQLite: true } },
  });
  const { host } = await started.ready;
  return { host, stop: () => started.dispose() };
}

/** The Worker of `registryWorker()` in workerd, closed, with one user. */
async function closedWorker(storage: 'object' | 'kv'): Promise<Served> {
  const { username, password } = login;
  const started = startWorker(await bundled(new URL('closed-worker.ts', import.meta.url)), {
    host: '127.0.0.1',
    port: 0,
    bindings: { STORAGE: storage, USERNAME: username, PASSWORD: password, TOKEN_SECRET: 'x'.repeat(32) },
    kvNamespaces: ['KV'],
    r2Buckets: ['PIECES'],
    durableObjects: { REGISTRY: { className: 'CoracleRegistry', useSQLite: true } },
  });
  const { host } = await started.ready;
  return { host, login, stop: () => started.dispose() };
}

export const storages: readonly ServedStorage[] = [
  { name: 'memory', missing: always, serve: () => coracleServe() },
  { name: 'memory, with closed access', missing: always, serve: closedServe },
  { name: 'lmdb', missing: always, serve: (folder) => coracleServe(['--data', folder]) },
  { name: 'durable object', missing: whyNoWorkerd, serve: () => worker('durable object') },
  { name: 'kv', missing: whyNoWorkerd, serve: () => worker('kv') },
  { name: 'registryWorker, closed', missing: whyNoWorkerd, serve: () => closedWorker('object') },
  { name: 'registryWorker on kv, closed', missing: whyNoWorkerd, serve: () => closedWorker('kv') },
];
