import type { Storage } from '@coracle/core';

/** A call to a storage that can be made to fail. */
export type StorageCall = 'getMany' | 'list' | 'commit' | 'put' | 'get' | 'remove';

/** The calls that change something. Between two of them, the end of the process makes no difference to the storage. */
export const writes: readonly StorageCall[] = ['commit', 'put', 'remove'];

/** When and how a storage fails. */
export interface Fault {
  /** Counted from 0, over the calls that the fault is about. */
  readonly at: number;
  /** Only these calls are counted. By default all calls are. */
  readonly calls?: readonly StorageCall[];
  /** `lost`: the call takes effect, and only its answer is lost. */
  readonly when: 'before' | 'lost';
  /** The process ends there. No later call is answered. */
  readonly forEver?: boolean;
}

export interface FaultyStorage extends Storage {
  /** The calls so far, in their order. */
  readonly seen: readonly StorageCall[];
  /** Whether the fault has struck. */
  readonly struck: boolean;
  /** Settled once the fault has struck. */
  readonly stopped: Promise<void>;
}

export const failure = 'the storage is out of order';

/** A storage that fails once, or that never answers again. */
export function faultyStorage(inner: Storage, fault?: Fault): FaultyStorage {
  const seen: StorageCall[] = [];
  let counted = 0;
  let struck = false;
  let stop = () => {};
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
  });
  const strikes = (call: StorageCall): boolean => {
    if (fault === undefined || (fault.calls !== undefined && !fault.calls.includes(call))) return false;
    return counted++ === fault.at;
  };
  const broken = (): Promise<never> => {
    stop();
    return fault?.forEver ? new Promise<never>(() => {}) : Promise.reject(new Error(failure));
  };
  const through = async <T>(call: StorageCall, perform: () => Promise<T>): Promise<T> => {
    if (struck && fault?.forEver) return broken();
    seen.push(call);
    if (!strikes(call)) return perform();
    struck = true;
    if (fault?.when === 'lost') await perform();
    return broken();
  };

  const { records, bytes } = inner;
  return {
    records: {
      guarantees: records.guarantees,
      getMany: (keys) => through('getMany', () => records.getMany(keys)),
      list: (range) => through('list', () => records.list(range)),
      commit: (change) => through('commit', () => records.commit(change)),
    },
    bytes: {
      maxBytes: bytes.maxBytes,
      ...(bytes.keepsHandedOver === undefined ? {} : { keepsHandedOver: bytes.keepsHandedOver }),
      put: (id, piece, options) => through('put', () => bytes.put(id, piece, options)),
      get: (id, options) => through('get', () => bytes.get(id, options)),
      remove: (ids) => through('remove', () => bytes.remove(ids)),
    },
    seen,
    get struck() {
      return struck;
    },
    stopped,
  };
}
