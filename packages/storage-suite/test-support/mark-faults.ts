import type { Mark } from '@coracle/registry/core';
import { sorted } from '../src/given.ts';
import type { Fault } from './fault.ts';
import type { MapStorage } from './map-storage.ts';

const rules = {
  gives: 'a mark gives the records and pieces that there were, whatever has changed since',
  goesBack: 'going back to a mark makes the records what they were, and brings back the pieces that are gone',
  tells: 'going back to a mark tells the records that were put or changed since, as they were until then',
  leaves: 'pieces that were put since a mark stay when it is gone back to',
  several: 'several marks can be gone back to, in any order and again',
};

/** Replaces the marks of a storage by marks that are wrong in something. */
function marking(storage: MapStorage, wrong: (good: Mark) => Partial<Mark>): void {
  const { mark } = storage;
  if (!mark) return;
  storage.mark = () => {
    const good = mark();
    return { ...good, ...wrong(good) };
  };
}

/** Faults in what a storage remembers. */
export const markFaults: Record<string, Fault> = {
  'gives by a mark the records of now': {
    caughtBy: [rules.gives],
    breaks: (storage) => marking(storage, () => ({ records: () => sorted(storage.rows.values()) })),
  },
  'gives the records of a mark in another order than that of their keys': {
    caughtBy: [rules.gives],
    breaks: (storage) => marking(storage, (good) => ({ records: () => [...good.records()].reverse() })),
  },
  'gives by a mark the pieces of now': {
    caughtBy: [rules.gives],
    breaks: (storage) => marking(storage, () => ({ piece: (id) => storage.pieces.get(id) })),
  },
  'goes back by putting what was there, and leaves what was put since': {
    caughtBy: [rules.goesBack, rules.several],
    breaks: (storage) =>
      marking(storage, (good) => ({
        restore: () => {
          for (const record of good.records()) storage.rows.set(record.key, record);
          return [];
        },
      })),
  },
  'goes back to the records of a mark, and not to its pieces': {
    caughtBy: [rules.goesBack],
    breaks: (storage) =>
      marking(storage, (good) => ({
        restore: () => {
          const gone = [...storage.pieces.keys()];
          const told = good.restore();
          for (const id of [...storage.pieces.keys()]) if (!gone.includes(id)) storage.pieces.delete(id);
          return told;
        },
      })),
  },
  'gives records other versions when it goes back to a mark': {
    caughtBy: [rules.goesBack],
    breaks: (storage) =>
      marking(storage, (good) => ({
        restore: () => {
          const told = good.restore();
          for (const [key, record] of storage.rows) storage.rows.set(key, { ...record, version: `${record.version}+` });
          return told;
        },
      })),
  },
  'tells nothing of what it takes back': {
    caughtBy: [rules.tells],
    breaks: (storage) =>
      marking(storage, (good) => ({
        restore: () => {
          good.restore();
          return [];
        },
      })),
  },
  'tells all records of a mark when it goes back to it': {
    caughtBy: [rules.tells],
    breaks: (storage) =>
      marking(storage, (good) => ({
        restore: () => {
          good.restore();
          return [...good.records()];
        },
      })),
  },
  'takes away the pieces that were put since a mark': {
    caughtBy: [rules.leaves],
    breaks: (storage) =>
      marking(storage, (good) => ({
        restore: () => {
          const told = good.restore();
          for (const id of [...storage.pieces.keys()]) if (!good.piece(id)) storage.pieces.delete(id);
          return told;
        },
      })),
  },
  'knows only its last mark': {
    caughtBy: [rules.several],
    breaks: (storage) => {
      const { mark } = storage;
      if (!mark) return;
      let last = mark();
      storage.mark = () => {
        last = mark();
        return { records: () => last.records(), piece: (id) => last.piece(id), restore: () => last.restore() };
      };
    },
  },
  'goes back to a mark only once': {
    caughtBy: [rules.several],
    breaks: (storage) =>
      marking(storage, (good) => {
        let done = false;
        return {
          restore: () => {
            if (done) return [];
            done = true;
            return good.restore();
          },
        };
      }),
  },
};
