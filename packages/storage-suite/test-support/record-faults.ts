import type { Json, StoredRecord } from '@coracle/registry/core';
import { sorted } from '../src/given.ts';
import type { Fault } from './fault.ts';
import type { MapStorage } from './map-storage.ts';

function mapValues(record: StoredRecord, change: (text: string) => string): StoredRecord {
  return { ...record, value: JSON.parse(change(JSON.stringify(record.value))) as Json };
}

function cutKeys({ records, rows }: MapStorage, cut: (key: string) => string): void {
  const { commit, getMany } = records;
  records.commit = ({ expect = [], put = [], remove = [] }) =>
    commit({
      expect: expect.map(({ key, version }) => ({ key: cut(key), version })),
      put: put.map((record) => ({ ...record, key: cut(record.key) })),
      remove: remove.map(cut),
    });
  records.getMany = async (keys) => {
    const found = await getMany(keys.map(cut));
    return found.map((record, at) => record && { ...record, key: keys[at] ?? '' });
  };
  records.list = async ({ prefix, after, limit }) => {
    const matching = sorted(rows.values()).filter(
      ({ key }) => key.startsWith(cut(prefix)) && (after === undefined || key > cut(after)),
    );
    return { entries: matching.slice(0, limit), more: matching.length > limit };
  };
}

/** Faults in what is stored and in what getMany answers. */
export const recordFaults: Record<string, Fault> = {
  'never replaces a record': {
    caughtBy: ['a put replaces the value and the version'],
    breaks: ({ records, rows }) => {
      const { commit } = records;
      records.commit = ({ put = [], ...rest }) => commit({ ...rest, put: put.filter(({ key }) => !rows.has(key)) });
    },
  },
  'keeps removed records for getMany': {
    caughtBy: ['a removed record is gone from getMany and from list'],
    breaks: ({ records, rows }) => {
      const graves = new Map<string, StoredRecord>();
      const { commit, getMany } = records;
      records.commit = async (change) => {
        for (const key of change.remove ?? []) {
          const record = rows.get(key);
          if (record) graves.set(key, record);
        }
        return commit(change);
      };
      records.getMany = async (keys) => (await getMany(keys)).map((record, at) => record ?? graves.get(keys[at] ?? ''));
    },
  },
  'answers getMany in the order of its keys': {
    caughtBy: ['getMany answers in the order asked, with undefined where there is no record'],
    breaks: ({ records }) => {
      const { getMany } = records;
      records.getMany = (keys) => getMany(keys.toSorted());
    },
  },
  'answers a repeated key once': {
    caughtBy: ['getMany answers a key that is asked twice twice'],
    breaks: ({ records }) => {
      const { getMany } = records;
      records.getMany = (keys) => getMany([...new Set(keys)]);
    },
  },
  'throws when it is asked for no keys': {
    caughtBy: ['getMany of no keys answers with no records'],
    breaks: ({ records }) => {
      const { getMany } = records;
      records.getMany = async (keys) => {
        if (keys.length === 0) throw new Error('WHERE key IN () is no SQL');
        return getMany(keys);
      };
    },
  },
  'merges objects onto plain ones, so that "__proto__" is lost': {
    caughtBy: ['every kind of JSON value comes back as it was put'],
    breaks: ({ records }) => {
      const { commit } = records;
      const merged = (value: Json): Json => {
        if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
        const plain: Record<string, Json> = {};
        for (const [name, member] of Object.entries(value)) plain[name] = merged(member);
        return plain;
      };
      records.commit = ({ put = [], ...rest }) =>
        commit({ ...rest, put: put.map((record) => ({ ...record, value: merged(record.value) })) });
    },
  },
  'cuts long texts': {
    caughtBy: ['a value of 60 KiB with text beyond ASCII comes back whole'],
    breaks: ({ records }) => {
      const { commit } = records;
      const cut = (value: Json) => (Array.isArray(value) && value.length > 400 ? value.slice(0, 400) : value);
      records.commit = ({ put = [], ...rest }) =>
        commit({ ...rest, put: put.map((record) => ({ ...record, value: cut(record.value) })) });
    },
  },
  'stores text as Latin-1': {
    caughtBy: [
      'every kind of JSON value comes back as it was put',
      'a value of 60 KiB with text beyond ASCII comes back whole',
    ],
    breaks: ({ records }) => {
      const { commit } = records;
      const latin1 = (text: string) => text.replace(/[^\u0020-\u00ff]/g, '?');
      records.commit = ({ put = [], ...rest }) =>
        commit({ ...rest, put: put.map((record) => mapValues(record, latin1)) });
    },
  },
  'cuts keys at 511 bytes': {
    caughtBy: ['keys of 512 bytes that differ in the last one are different records'],
    breaks: (good) => cutKeys(good, (key) => key.slice(0, 511)),
  },
  'takes upper case for lower case': {
    caughtBy: ['keys that differ in case, a zero or a slash are different records'],
    breaks: (good) => cutKeys(good, (key) => key.toLowerCase()),
  },
  'keeps the very object that was put': {
    caughtBy: ['changing a value after it was put does not change the record'],
    breaks: ({ records, rows }) => {
      const { commit } = records;
      records.commit = async (change) => {
        const decided = await commit(change);
        if (decided.ok) for (const record of change.put ?? []) rows.set(record.key, record);
        if (decided.ok) for (const key of change.remove ?? []) rows.delete(key);
        return decided;
      };
    },
  },
  'hands out the very object that it keeps': {
    caughtBy: ['changing what getMany or list gave does not change the record'],
    breaks: ({ records, rows }) => {
      records.getMany = async (keys) => keys.map((key) => rows.get(key));
    },
  },
  'hands out copies that share their inner objects': {
    caughtBy: ['changing what getMany or list gave does not change the record'],
    breaks: ({ records, rows }) => {
      const { list } = records;
      records.list = async (range) => {
        const page = await list(range);
        const kept = page.entries.flatMap(({ key }) => rows.get(key) ?? []);
        return { ...page, entries: kept.map((record) => ({ ...record })) };
      };
    },
  },
};
