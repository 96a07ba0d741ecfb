import { createRegistry } from '@coracle/registry';
import { indexedDbStorage } from '@coracle/registry/storage-indexeddb';

// The program of the page of indexeddb.ts.

const pieceBytes = 8 * 1024 * 1024;

const answered = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

const ended = (transaction: IDBTransaction): Promise<void> =>
  new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
  });

interface Store {
  put(id: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  get(id: string): Promise<Uint8Array | undefined>;
}

/** Opens a store on plain IndexedDB, without a library. It puts Blobs, or the arrays themselves. */
async function raw(form: 'Blob' | 'Uint8Array'): Promise<Store> {
  const opening = indexedDB.open(`raw ${form}`, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore('pieces');
  const database = await answered(opening);
  const begin = (mode: IDBTransactionMode) => database.transaction('pieces', mode, { durability: 'strict' });
  return {
    put: (id, bytes) => {
      const transaction = begin('readwrite');
      transaction.objectStore('pieces').put(form === 'Blob' ? new Blob([bytes]) : bytes, id);
      return ended(transaction);
    },
    get: async (id) => {
      const value = await answered<Blob | Uint8Array>(begin('readonly').objectStore('pieces').get(id));
      return value instanceof Blob ? new Uint8Array(await value.arrayBuffer()) : value;
    },
  };
}

function randomBytes(size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; at += 65_536) crypto.getRandomValues(bytes.subarray(at, at + 65_536));
  return bytes;
}

/** How long it took to put and to get 8 MiB, in milliseconds, by store. */
export type PieceTimes = Record<string, { put: number; get: number }[]>;

/** The stores take turns, each as often the first, so that whatever else the machine does meets all of them. */
export async function pieceTimes(rounds: number): Promise<PieceTimes> {
  const stores: [name: string, store: Store][] = [
    ['storage', indexedDbStorage('bench').bytes],
    ['Blob', await raw('Blob')],
    ['Uint8Array', await raw('Uint8Array')],
  ];
  const times: PieceTimes = {};
  const bytes = randomBytes(pieceBytes);
  for (let round = 0; round < rounds; round++) {
    stores.reverse();
    if (round % 2) stores.unshift(...stores.splice(-1));
    for (const [name, store] of stores) {
      bytes[0] = round;
      const id = `piece-${round}`;
      const start = performance.now();
      await store.put(id, bytes);
      const put = performance.now() - start;
      const read = await store.get(id);
      const get = performance.now() - start - put;
      if (read?.length !== pieceBytes || read[0] !== bytes[0]) throw new Error(`${name} gave other bytes`);
      times[name] = [...(times[name] ?? []), { put, get }];
    }
  }
  return times;
}

/** How long a layer of so many parts of 8 MiB took, in milliseconds: begun, every part taken, completed. */
export async function pushTimes(parts: number, rounds: number): Promise<number[]> {
  const { ecrPublic } = createRegistry({ storage: indexedDbStorage('bench pushes') });
  const repositoryName = 'bench';
  await ecrPublic.createRepository({ repositoryName });
  const times: number[] = [];
  const layerPartBlob = randomBytes(pieceBytes);
  for (let round = 0; round < rounds; round++) {
    layerPartBlob[0] = round;
    const start = performance.now();
    const { uploadId } = await ecrPublic.initiateLayerUpload({ repositoryName });
    const upload = { repositoryName, uploadId };
    for (let i = 0; i < parts; i++) {
      const range = { partFirstByte: i * pieceBytes, partLastByte: (i + 1) * pieceBytes - 1 };
      await ecrPublic.uploadLayerPart({ ...upload, ...range, layerPartBlob });
    }
    // A digest of another algorithm than sha256 is not compared, so that the client needs no digest of its own.
    await ecrPublic.completeLayerUpload({ ...upload, layerDigests: ['any:00'] });
    times.push(performance.now() - start);
  }
  return times;
}
