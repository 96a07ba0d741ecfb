import type { StoredRecord } from '@coracle/registry/core';
import type { Fault } from './fault.ts';

/** Faults in pieces, and in what opening and closing promise. */
export const byteAndLifetimeFaults: Record<string, Fault> = {
  'takes pieces of 1 MiB only': {
    caughtBy: ['pieces of 20 MiB are taken: maxBytes says so'],
    breaks: ({ bytes }) => {
      bytes.maxBytes = 1024 * 1024;
    },
  },
  'gives an empty piece for an unknown id': {
    caughtBy: ['an unknown id gives undefined'],
    breaks: ({ bytes }) => {
      const { get } = bytes;
      bytes.get = async (id) => (await get(id)) ?? new Uint8Array();
    },
  },
  'drops empty pieces': {
    caughtBy: ['an empty piece comes back empty, and is not taken for none'],
    breaks: ({ bytes }) => {
      const { put } = bytes;
      bytes.put = async (id, piece) => (piece.length > 0 ? put(id, piece) : undefined);
    },
  },
  'stores bytes as text': {
    caughtBy: [
      'a piece of one byte comes back, be it 0, 10, 127, 128 or 255',
      'random bytes of any length come back exactly',
    ],
    breaks: ({ bytes }) => {
      const { put } = bytes;
      bytes.put = (id, piece) => put(id, new TextEncoder().encode(new TextDecoder().decode(piece)));
    },
  },
  'cuts large pieces': {
    caughtBy: ['the largest piece comes back exactly'],
    breaks: ({ bytes }) => {
      const { put } = bytes;
      bytes.put = (id, piece) => put(id, piece.subarray(0, 1_100_000));
    },
  },
  'stores the buffer behind a view': {
    caughtBy: ['of a view only what it shows is stored, not the buffer behind it'],
    breaks: ({ bytes }) => {
      const { put } = bytes;
      bytes.put = (id, piece) => put(id, new Uint8Array(piece.buffer));
    },
  },
  'keeps the very bytes that were put': {
    caughtBy: ['changing the bytes after they were put does not change the piece'],
    breaks: ({ bytes, pieces }) => {
      bytes.put = async (id, piece) => void pieces.set(id, piece);
    },
  },
  'gives the very bytes that were handed over to everyone': {
    caughtBy: ['a piece that is handed over comes back exactly, and a copy of it to whom may change it'],
    breaks: ({ bytes }) => {
      const { put, get } = bytes;
      const kept = new Map<string, Uint8Array>();
      bytes.put = async (id, piece, options) => {
        await put(id, piece);
        if (options?.handedOver) kept.set(id, piece);
      };
      bytes.get = async (id) => kept.get(id) ?? get(id);
    },
  },
  'copies by `slice`, which in a Buffer is a view': {
    caughtBy: ['changing the bytes after they were put does not change the piece'],
    breaks: ({ bytes, pieces }) => {
      bytes.put = async (id, piece) => void pieces.set(id, piece.slice());
    },
  },
  'hands out the very bytes that it keeps': {
    caughtBy: ['changing the bytes that get gave does not change the piece'],
    breaks: ({ bytes, pieces }) => {
      bytes.get = async (id) => pieces.get(id);
    },
  },
  'refuses bytes that are there already': {
    caughtBy: ['putting the same bytes again under their id is no failure'],
    breaks: ({ bytes, pieces }) => {
      const { put } = bytes;
      bytes.put = async (id, piece) => {
        if (pieces.has(id)) throw new Error('exists');
        return put(id, piece);
      };
    },
  },
  'removes all pieces instead of one': {
    caughtBy: ['a removed piece is gone, and no other'],
    breaks: ({ bytes, pieces }) => {
      bytes.remove = async () => pieces.clear();
    },
  },
  'throws when an absent piece is removed': {
    caughtBy: ['removing no ids, absent ones or one id twice is no failure'],
    breaks: ({ bytes, pieces }) => {
      const { remove } = bytes;
      bytes.remove = async (ids) => {
        if (ids.some((id) => !pieces.has(id))) throw new Error('no such piece');
        return remove(ids);
      };
    },
  },
  'mixes up pieces that are put at once': {
    caughtBy: ['a hundred pieces put at once all come back, and all go at once'],
    breaks: ({ bytes, pieces }) => {
      let last = '';
      bytes.put = async (id, piece) => {
        last = id;
        await Promise.resolve();
        pieces.set(last, new Uint8Array(piece));
      };
    },
  },
  'keeps pieces among the records': {
    caughtBy: ['records and pieces do not meet, though a key and an id be the same'],
    breaks: ({ bytes, rows }) => {
      const { put, remove } = bytes;
      bytes.put = async (id, piece) => {
        rows.set(id, { key: id, version: '', value: null });
        return put(id, piece);
      };
      bytes.remove = async (ids) => {
        for (const id of ids) rows.delete(id);
        return remove(ids);
      };
    },
  },
  'answers reads from a cache that commits do not touch': {
    caughtBy: ['a read that starts after a commit was acknowledged sees it'],
    breaks: ({ records }) => {
      const { getMany } = records;
      const cache = new Map<string, Promise<(StoredRecord | undefined)[]>>();
      records.getMany = async (keys) => {
        const cached = cache.get(keys.join()) ?? getMany(keys);
        cache.set(keys.join(), cached);
        return structuredClone(await cached);
      };
    },
  },
  'states no guarantees': {
    caughtBy: ['the guarantees are stated, and are the ones expected'],
    breaks: ({ records }) => {
      Object.assign(records, { guarantees: { freshReads: true } });
    },
  },
  'does not say whether a read is a network call': {
    caughtBy: ['the guarantees are stated, and are the ones expected'],
    breaks: ({ records }) => {
      Object.assign(records, { guarantees: { atomicCommit: true, freshReads: true } });
    },
  },
  'throws when it is closed twice': {
    caughtBy: ['close may be called twice, also at once'],
    breaks: (good) => {
      let closed = false;
      good.close = async () => {
        if (closed) throw new Error('already closed');
        closed = true;
      };
    },
  },
  'forgets its pieces when it is closed': {
    caughtBy: ['records, versions and pieces are there after a reopening, and what was removed is not'],
    breaks: (good) => {
      good.close = async () => good.pieces.clear();
    },
  },
};
