import { join } from 'node:path';
import type { Storage } from '@coracle/core';
import { Response as Answer, type Miniflare } from 'miniflare';
import { expect } from 'vitest';
import { bundled } from '../workers/bundle.ts';
import { killableWorkerd } from '../workers/killable.ts';
import { startWorker } from '../workers/miniflare.ts';

type Killable = Awaited<ReturnType<typeof killableWorkerd>>;

/** Runs workerd with `worker.ts` in a folder that keeps all data. After a kill, it starts again on the same folder. */
export class Host {
  readonly #script: string;
  readonly #folder: string;
  readonly #workerd: Killable;
  #acknowledged = 0;
  #worker: Miniflare | undefined;

  static async in(folder: string): Promise<Host> {
    const workerd = await killableWorkerd(folder);
    return new Host(await bundled(new URL('worker.ts', import.meta.url)), folder, workerd);
  }

  private constructor(script: string, folder: string, workerd: Killable) {
    this.#script = script;
    this.#folder = folder;
    this.#workerd = workerd;
  }

  async start(): Promise<void> {
    await this.#worker?.dispose();
    this.#worker = startWorker(this.#script, {
      defaultPersistRoot: join(this.#folder, 'state'),
      durableObjects: { RECORDS: { className: 'CoracleRecords', useSQLite: true } },
      r2Buckets: ['BUCKET'],
      kvNamespaces: ['KV'],
      serviceBindings: {
        TEST: async ({ url }: { readonly url: string }) => {
          if (url.endsWith('/kill')) await this.#workerd.kill();
          else this.#acknowledged++;
          return new Answer();
        },
      },
    });
    await this.#worker.ready;
  }

  async stop(): Promise<void> {
    await this.#worker?.dispose();
    this.#workerd.restore();
  }

  /** Has the Worker do the steps of a scenario until it is killed before a write, the first one being 0. */
  async perform(at: number, ...path: [kind: string, name: string, scenario: string]): Promise<Performed> {
    this.#acknowledged = 0;
    const [kind, name, scenario] = path;
    const response = await this.#post([kind, name, 'perform', scenario, String(at)]).catch(() => undefined);
    const writes = response && Number(await ok(response).json());
    return { acknowledged: this.#acknowledged, writes };
  }

  /** Returns the storage that the Worker keeps under this name. */
  storage(kind: string, name: string): Storage {
    const call = async (method: string, input: unknown) =>
      ok(await this.#post([kind, name, method], JSON.stringify(input))).json();
    return {
      records: {
        guarantees: { atomicCommit: kind !== 'kv', freshReads: true, remote: true },
        getMany: async (keys) => {
          const found = (await call('getMany', keys)) as (never | null)[];
          return found.map((record) => record ?? undefined);
        },
        list: async (range) => (await call('list', range)) as never,
        commit: async (change) => (await call('commit', change)) as never,
      },
      bytes: {
        maxBytes: 20 * 1024 * 1024,
        put: async (id, bytes) => void ok(await this.#post([kind, name, 'put', id], bytes)),
        get: async (id) => {
          const response = await this.#post([kind, name, 'get', id]);
          return response.status === 404 ? undefined : new Uint8Array(await ok(response).arrayBuffer());
        },
        remove: async (ids) => void (await call('remove', ids)),
      },
    };
  }

  /** The ids of all pieces in R2. */
  async pieces(): Promise<string[]> {
    return (await ok(await this.#post(['pieces'])).json()) as string[];
  }

  async #post(path: readonly string[], body?: string | Uint8Array): Promise<Response> {
    if (this.#worker === undefined) throw new Error('The host has not been started');
    const url = new URL(path.map(encodeURIComponent).join('/'), await this.#worker.ready);
    return fetch(url, { method: 'POST', ...(body === undefined ? {} : { body: body as BodyInit }) });
  }
}

export interface Performed {
  /** The steps that were done before the kill. */
  readonly acknowledged: number;
  /** The number of writes, if the scenario ended without a kill. */
  readonly writes: number | undefined;
}

function ok(response: Response): Response {
  expect(response.status).toBe(200);
  return response;
}
