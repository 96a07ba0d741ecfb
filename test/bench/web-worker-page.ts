import { createRegistry } from '@coracle/registry';
import { indexedDbStorage } from '@coracle/registry/storage-indexeddb';
import { memoryStorage } from '@coracle/registry/storage-memory';
import { connectRegistry, runRegistry } from '@coracle/registry/web-worker';
import { inTurns } from './measure.ts';

// The program of the page of web-worker.ts, and of its workers: they load the same script.

const mebibyte = 1024 * 1024;
const base = 'http://registry/v2/bench/';
const storages = { memory: memoryStorage, IndexedDB: indexedDbStorage };
type Kind = keyof typeof storages;

const openRegistry = (kind: Kind, name: string) =>
  createRegistry({ storage: storages[kind](name), createOnPush: true });

const worker = globalThis as unknown as { readonly name: Kind };
if (typeof document === 'undefined') runRegistry(openRegistry(worker.name, 'bench in a worker'));

/** A registry in this page and one in a worker, on the same kind of storage. */
async function both(kind: Kind) {
  const { src } = document.querySelector('script') as HTMLScriptElement;
  return [openRegistry(kind, 'bench'), await connectRegistry(new Worker(src, { name: kind }))] as const;
}

/** The median times of a small call in the page and through a worker, in milliseconds. */
export async function callTimes(kind: Kind, rounds: number): Promise<number[]> {
  const registries = await both(kind);
  for (const { ecr } of registries) await ecr.createRepository({ repositoryName: 'bench' });
  const tasks = registries.map(
    ({ ecr }) =>
      () =>
        ecr.describeRepositories(),
  );
  // The clock of a page has a resolution of 0.1 ms.
  return inTurns(tasks, { rounds, callsPerRound: 20 });
}

/** The times of pushes of a Blob from the page and through a worker, in milliseconds. `size` is in MiB. */
export async function pushTimes(size: number, rounds: number): Promise<number[][]> {
  const [inPage, inWorker] = await both('IndexedDB');
  // In a worker, the bytes of a Blob in the second argument never come to the page. A Request would give them away.
  const puts = [
    (url: string, body: Blob) => inPage.fetch(new Request(url, { method: 'PUT', body })),
    (url: string, body: Blob) => inWorker.fetch(url, { method: 'PUT', body }),
  ];
  const times: number[][] = puts.map(() => []);
  for (let round = 0; round < rounds; round++) {
    // Each is as often the first.
    for (const i of round % 2 ? [1, 0] : [0, 1]) {
      const { blob, digest } = await newBlob(size);
      const start = performance.now();
      const begun = await (i ? inWorker : inPage).fetch(new Request(`${base}blobs/uploads/`, { method: 'POST' }));
      const response = await puts[i]?.(`${new URL(begun.headers.get('location') ?? '', base)}?digest=${digest}`, blob);
      times[i]?.push(performance.now() - start);
      if (response?.status !== 201) throw new Error(`The push was answered with ${response?.status}`);
    }
  }
  return times;
}

/** Returns a Blob that the registries do not have yet, and its digest. */
async function newBlob(size: number): Promise<{ blob: Blob; digest: string }> {
  // The digest is not that of `blob.arrayBuffer()`, which failed in Chromium with a NotReadableError in some runs.
  const bytes = new Uint8Array(size * mebibyte);
  for (let at = 0; at < bytes.length; at += 65_536) crypto.getRandomValues(bytes.subarray(at, at + 65_536));
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  const digest = `sha256:${Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
  return { blob: new Blob([bytes]), digest };
}
