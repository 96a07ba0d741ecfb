import { createRegistry } from '@coracle/registry';
import * as imageTar from '@coracle/registry/image-tar';
import { indexedDbStorage } from '@coracle/registry/storage-indexeddb';
import { type ConnectedRegistry, connectRegistry, runRegistry } from '@coracle/registry/web-worker';
import { noise } from './noise.ts';

// The program of the pages of web-worker.test.ts, and of their workers: they load the same script.

const base = 'http://registry/v2/web/';

if (typeof document === 'undefined') {
  runRegistry(createRegistry({ storage: indexedDbStorage('registry'), createOnPush: true }), { imageTar });
}

/** Connects to a registry on IndexedDB in a worker of its own, or in one that pages share. */
export async function connect(kind: 'dedicated' | 'shared'): Promise<ConnectedRegistry> {
  const { src } = document.querySelector('script') as HTMLScriptElement;
  return connectRegistry(kind === 'dedicated' ? new Worker(src) : new SharedWorker(src));
}

/** Returns a Blob of parts that differ in their first byte. */
export function blobOf(parts: number, partBytes: number): Blob {
  const part = noise(partBytes);
  return new Blob(
    Array.from({ length: parts }, (_, i) => {
      part[0] = i;
      return new Blob([part]);
    }),
  );
}

/** Pushes a blob: a request to begin, and one with its bytes. Returns the status of the last response. */
export async function push({ fetch }: ConnectedRegistry, body: Blob, digest: string): Promise<number> {
  const { headers } = await fetch(`${base}blobs/uploads/`, { method: 'POST' });
  const url = `${new URL(headers.get('location') ?? '', base)}?digest=${digest}`;
  return (await fetch(url, { method: 'PUT', body })).status;
}

/** Returns how long each long task of this thread took during some work, in milliseconds. */
export async function longTasksDuring(work: () => Promise<unknown>): Promise<number[]> {
  const tasks: PerformanceEntry[] = [];
  const observer = new PerformanceObserver((list) => void tasks.push(...list.getEntries()));
  observer.observe({ type: 'longtask' });
  await work();
  // A task is reported after its end.
  await new Promise((resolve) => setTimeout(resolve));
  tasks.push(...observer.takeRecords());
  observer.disconnect();
  return tasks.map(({ duration }) => duration);
}

/** Imports the file that the user has chosen, and returns the digest of the image. */
export async function importChosen(registry: ConnectedRegistry, onProgress: () => void): Promise<string> {
  const [source] = document.querySelector('input')?.files ?? [];
  if (!source) throw new Error('The user has not chosen a file');
  return (await registry.importImage(source, { repository: 'imported', createRepository: true, onProgress })).digest;
}
