import type { StoredRecord } from '@coracle/registry/core';
import { sorted } from '../src/given.ts';
import type { Fault } from './fault.ts';
import type { MapStorage } from './map-storage.ts';

type InRange = (record: StoredRecord, prefix: string, after: string | undefined) => boolean;

/** Lists by another idea of what lies in a range, or of the order. */
function listBy(good: MapStorage, inRange: InRange, order = sorted): void {
  good.records.list = async ({ prefix, after, limit }) => {
    const matching = order(good.rows.values()).filter((record) => inRange(record, prefix, after));
    return { entries: structuredClone(matching.slice(0, limit)), more: matching.length > limit };
  };
}

/** Lists by position, which it hands out as `resume` and trusts when it is given back, as far as `mayTrust` says. */
export function listByPosition(
  good: MapStorage,
  resumeOf: (position: number, prefix: string) => string,
  mayTrust: (resume: string, prefix: string) => boolean,
): void {
  good.records.list = async ({ prefix, after, limit, resume = '' }) => {
    const matching = sorted(good.rows.values()).filter(({ key }) => key.startsWith(prefix));
    const next = matching.findIndex(({ key }) => byAfter(key, after));
    const from = mayTrust(resume, prefix) ? Number.parseInt(resume, 10) : next === -1 ? matching.length : next;
    const entries = structuredClone(matching.slice(from, from + limit));
    const more = matching.length > from + limit;
    return { entries, more, ...(more ? { resume: resumeOf(from + limit, prefix) } : {}) };
  };
}

const byAfter = (key: string, after: string | undefined) => after === undefined || key > after;

/** Faults in lists and their pages. */
export const listFaults: Record<string, Fault> = {
  'lists neighbours: takes a prefix for a path without its last slash': {
    caughtBy: ['list gives exactly the keys under a prefix, none of its neighbours'],
    breaks: (good) =>
      listBy(good, ({ key }, prefix, after) => key.startsWith(prefix.replace(/\/$/, '')) && byAfter(key, after)),
  },
  'lists a folder only: not the key that equals the prefix': {
    caughtBy: ['a key that equals the prefix is listed, and comes first'],
    breaks: (good) =>
      listBy(good, ({ key }, prefix, after) => key.startsWith(prefix) && key !== prefix && byAfter(key, after)),
  },
  'takes % and _ in a prefix for wildcards': {
    caughtBy: ['the characters of a prefix mean nothing but themselves'],
    breaks: (good) => {
      const like = (prefix: string) =>
        new RegExp(
          `^${prefix
            .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
            .replace(/%/g, '.*')
            .replace(/_/g, '.')}`,
        );
      listBy(good, ({ key }, prefix, after) => like(prefix).test(key) && byAfter(key, after));
    },
  },
  'lists nothing under the empty prefix': {
    caughtBy: ['the empty prefix lists every record'],
    breaks: (good) =>
      listBy(good, ({ key }, prefix, after) => prefix !== '' && key.startsWith(prefix) && byAfter(key, after)),
  },
  'throws where no key matches': {
    caughtBy: ['where no key matches, list gives an empty page and no more'],
    breaks: ({ records }) => {
      const { list } = records;
      records.list = async (range) => {
        const page = await list(range);
        if (page.entries.length === 0 && range.prefix !== '') throw new Error('ENOENT');
        return page;
      };
    },
  },
  'sorts by locale': {
    caughtBy: [
      'list sorts by ASCII code: - . / 0 : A Z _ a z ~',
      'list sorts a shorter key before those that start with it, and digits as text',
    ],
    breaks: (good) =>
      listBy(
        good,
        ({ key }, prefix, after) => key.startsWith(prefix) && (after === undefined || key.localeCompare(after) > 0),
        (records) => [...records].sort((left, right) => left.key.localeCompare(right.key)),
      ),
  },
  'sorts by the time of insertion': {
    caughtBy: ['list agrees with a sorted array at every range while records come and go'],
    breaks: (good) =>
      listBy(
        good,
        ({ key }, prefix, after) => key.startsWith(prefix) && byAfter(key, after),
        (records) => [...records],
      ),
  },
  'includes `after`': {
    caughtBy: ['`after` is exclusive and need not exist, match or lie within the prefix'],
    breaks: (good) =>
      listBy(good, ({ key }, prefix, after) => key.startsWith(prefix) && (after === undefined || key >= after)),
  },
  'starts anew when `after` does not exist': {
    caughtBy: [
      '`after` is exclusive and need not exist, match or lie within the prefix',
      '`after` may name a record that was removed',
    ],
    breaks: (good) =>
      listBy(
        good,
        ({ key }, prefix, after) =>
          key.startsWith(prefix) && byAfter(key, after !== undefined && good.rows.has(after) ? after : undefined),
      ),
  },
  'says `more` whenever a page is full': {
    caughtBy: ['`more` is true only if a further record matches: at the limit, past it, short of it'],
    breaks: ({ records }) => {
      const { list } = records;
      records.list = async (range) => {
        const page = await list(range);
        return { ...page, more: page.entries.length === range.limit };
      };
    },
  },
  'says `more` when a record outside of the prefix follows': {
    caughtBy: ['`more` is true only if a further record matches: at the limit, past it, short of it'],
    breaks: ({ records, rows }) => {
      const { list } = records;
      records.list = async (range) => {
        const page = await list(range);
        const last = page.entries.at(-1)?.key ?? '~';
        const follows = [...rows.keys()].some((key) => key > last);
        return { ...page, more: page.more || (page.entries.length === range.limit && follows) };
      };
    },
  },
  'gives at most 500 records a page': {
    caughtBy: ['a limit of 1 gives one record, a limit of 1,000 one thousand'],
    breaks: ({ records }) => {
      const { list } = records;
      records.list = (range) => list({ ...range, limit: Math.min(range.limit, 500) });
    },
  },
  'pages by position': {
    caughtBy: [
      'records that come and go between two pages neither repeat nor hide others',
      '`resume` of an earlier page, of another limit or without `after` changes no answer',
      '`resume` of a list under another prefix changes no answer',
    ],
    breaks: (good) => listByPosition(good, String, (resume) => /^\d+$/.test(resume)),
  },
  'pages by position under a prefix that its `resume` names': {
    caughtBy: [
      'records that come and go between two pages neither repeat nor hide others',
      '`resume` of an earlier page, of another limit or without `after` changes no answer',
    ],
    breaks: (good) =>
      listByPosition(
        good,
        (position, prefix) => `${position} ${prefix}`,
        (resume, prefix) => /^\d+ /.test(resume) && resume.endsWith(` ${prefix}`),
      ),
  },
  'skips a record when it resumes': {
    caughtBy: ['pages of any size join up to the whole list, with `resume` or without'],
    breaks: (good) =>
      listByPosition(
        good,
        (position) => String(position + 1),
        (resume) => /^\d+$/.test(resume),
      ),
  },
  'reports an error for a `resume` that it did not make': {
    caughtBy: ['`resume` that was made up changes no answer and is no failure'],
    breaks: ({ records }) => {
      const { list } = records;
      records.list = async (range) => {
        if (range.resume !== undefined) throw new Error('invalid cursor');
        return list(range);
      };
    },
  },
  'ends a list by what it saw at the page before': {
    caughtBy: ['a list whose further records all go between two pages ends there'],
    breaks: ({ records }) => {
      const { list } = records;
      let ahead: StoredRecord[] = [];
      records.list = async (range) => {
        const page = await list({ ...range, limit: range.limit + 1 });
        const kept = ahead.filter(({ key }) => key.startsWith(range.prefix) && byAfter(key, range.after));
        ahead = page.entries.slice(range.limit);
        const known = sorted(new Map([...kept, ...page.entries].map((record) => [record.key, record])).values());
        return { entries: known.slice(0, range.limit), more: page.more || known.length > range.limit };
      };
    },
  },
};
