import type { Fault } from './fault.ts';

/** Faults in commits, one at a time. */
export const commitFaults: Record<string, Fault> = {
  'ignores expectations': {
    caughtBy: [
      'expecting no record holds only while there is none',
      'expecting a version holds only while the record has it',
      'expecting a version fails where there is no record, or none any more',
      'an expectation may name a key that the commit does not write',
      'a refused commit puts nothing and removes nothing',
    ],
    breaks: ({ records }) => {
      const { commit } = records;
      records.commit = ({ expect: _ignored, ...writes }) => commit(writes);
    },
  },
  'takes `version: null` for "whatever is there"': {
    caughtBy: ['expecting no record holds only while there is none'],
    breaks: ({ records }) => {
      const { commit } = records;
      records.commit = ({ expect = [], ...writes }) =>
        commit({ ...writes, expect: expect.filter(({ version }) => version !== null) });
    },
  },
  'checks only keys that the commit writes': {
    caughtBy: ['an expectation may name a key that the commit does not write'],
    breaks: ({ records }) => {
      const { commit } = records;
      records.commit = ({ expect = [], put = [], remove = [] }) => {
        const written = new Set([...put.map(({ key }) => key), ...remove]);
        return commit({ expect: expect.filter(({ key }) => written.has(key)), put, remove });
      };
    },
  },
  'checks only that a record exists, not its version': {
    caughtBy: ['expecting a version holds only while the record has it'],
    breaks: ({ records, rows }) => {
      const { commit } = records;
      records.commit = ({ expect = [], ...writes }) =>
        commit({
          ...writes,
          expect: expect.map(({ key, version }) => ({ key, version: version && (rows.get(key)?.version ?? version) })),
        });
    },
  },
  'compares versions as numbers': {
    caughtBy: ['versions are compared as text, to the last character'],
    breaks: ({ records, rows }) => {
      const { commit } = records;
      records.commit = ({ expect = [], ...writes }) =>
        commit({
          ...writes,
          expect: expect.map(({ key, version }) => {
            const stored = rows.get(key)?.version;
            const alike = stored !== undefined && version !== null && Number(stored) === Number(version);
            return { key, version: alike ? stored : version };
          }),
        });
    },
  },
  'names the last key that differs': {
    caughtBy: ['of several expectations the first that differs is named, in the order of the list'],
    breaks: ({ records }) => {
      const { commit } = records;
      records.commit = ({ expect = [], ...writes }) => commit({ ...writes, expect: expect.toReversed() });
    },
  },
  'checks expectations in the order of their keys': {
    caughtBy: ['of several expectations the first that differs is named, in the order of the list'],
    breaks: ({ records }) => {
      const { commit } = records;
      records.commit = ({ expect = [], ...writes }) =>
        commit({ ...writes, expect: expect.toSorted((left, right) => (left.key < right.key ? -1 : 1)) });
    },
  },
  'writes even when it refuses': {
    caughtBy: ['a refused commit puts nothing and removes nothing'],
    breaks: ({ records }) => {
      const { commit } = records;
      records.commit = async ({ expect = [], ...writes }) => {
        const decided = await commit({ expect });
        await commit(writes);
        return decided;
      };
    },
  },
  'checks expectations after its own writes': {
    caughtBy: ['expectations are about what was there before the commit, whatever it writes'],
    breaks: (good) => {
      const { commit } = good.records;
      good.records.commit = async ({ expect = [], ...writes }) => {
        const before = new Map(good.rows);
        await commit(writes);
        const decided = await commit({ expect });
        if (!decided.ok) good.rows = before;
        return decided;
      };
    },
  },
  'removes before it puts': {
    caughtBy: ['a commit puts before it removes, and of two puts of one key the later stays'],
    breaks: ({ records }) => {
      const { commit } = records;
      records.commit = async ({ expect = [], put = [], remove = [] }) => {
        const decided = await commit({ expect, remove });
        return decided.ok ? commit({ put }) : decided;
      };
    },
  },
  'ignores the removals of a commit that also puts': {
    caughtBy: ['one commit puts and removes together'],
    breaks: ({ records }) => {
      const { commit } = records;
      records.commit = ({ expect = [], put = [], remove = [] }) =>
        commit({ expect, put, remove: put.length > 0 ? [] : remove });
    },
  },
  'stores one record after the other and stops where one fails': {
    caughtBy: ['a commit that throws over one of its writes has written none of them'],
    breaks: ({ records, rows }) => {
      const { commit } = records;
      records.commit = async ({ expect = [], put = [], remove = [] }) => {
        const decided = await commit({ expect });
        if (decided.ok) for (const record of put) rows.set(record.key, structuredClone(record));
        return decided.ok ? commit({ remove }) : decided;
      };
    },
  },
  'throws when there is nothing to write': {
    caughtBy: ['a commit with nothing in it succeeds'],
    breaks: ({ records }) => {
      const { commit } = records;
      records.commit = async (change) => {
        if (Object.keys(change).length === 0) throw new Error('empty transaction');
        return commit(change);
      };
    },
  },
  'throws when an absent record is removed': {
    caughtBy: ['removing what is not there, or naming it twice, is no failure'],
    breaks: ({ records, rows }) => {
      const { commit } = records;
      records.commit = async (change) => {
        if (change.remove?.some((key) => !rows.has(key))) throw new Error('no such key');
        return commit(change);
      };
    },
  },
  'takes at most 128 writes a commit': {
    caughtBy: ['a commit takes 300 records and getMany 300 keys'],
    breaks: ({ records }) => {
      const { commit } = records;
      records.commit = async (change) => {
        if ((change.put ?? []).length > 128) throw new Error('too many operations');
        return commit(change);
      };
    },
  },
};

const pause = () => Promise.resolve();

/** Faults that show when several commits run at once. */
export const raceFaults: Record<string, Fault> = {
  'lets others in between check and write': {
    caughtBy: [
      'of twenty commits that expect one version exactly one succeeds, with all of its writes',
      'of twenty commits that create one record exactly one succeeds',
      'of twenty commits that remove one record exactly one succeeds',
      'of twenty commits that expect two records and write either one exactly one succeeds',
      'twenty writers who read, expect and commit until they succeed lose no increment',
    ],
    breaks: ({ records }) => {
      const { commit } = records;
      records.commit = async ({ expect = [], ...writes }) => {
        const decided = await commit({ expect });
        await pause();
        return decided.ok ? commit(writes) : decided;
      };
    },
  },
  'checks again before it writes, but only the keys that it writes': {
    caughtBy: ['of twenty commits that expect two records and write either one exactly one succeeds'],
    breaks: ({ records }) => {
      const { commit } = records;
      records.commit = async ({ expect = [], put = [], remove = [] }) => {
        const decided = await commit({ expect });
        await pause();
        const written = new Set([...put.map(({ key }) => key), ...remove]);
        return decided.ok ? commit({ expect: expect.filter(({ key }) => written.has(key)), put, remove }) : decided;
      };
    },
  },
  'refuses a commit while any other is under way': {
    caughtBy: ['commits that have no key in common all succeed at once'],
    breaks: ({ records }) => {
      const { commit } = records;
      let underWay = 0;
      records.commit = async (change) => {
        underWay += 1;
        await pause();
        const alone = underWay === 1 || change.expect === undefined;
        await pause();
        underWay -= 1;
        return alone ? commit(change) : { ok: false, key: change.expect?.[0]?.key ?? '' };
      };
    },
  },
};
