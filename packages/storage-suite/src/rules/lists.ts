import type { StoredRecord } from '@coracle/registry/core';
import { dice, fresh, given, mustList, sorted } from '../given.ts';
import type { RuleText } from '../rule.ts';

/**
 * Printable ASCII characters in the order of their codes. The list has the space and all punctuation, but of the digits
 * and letters only 0, 1, 9, A, M, Z, a, m and z.
 */
const asciiOrder = [...' !"#$%&\'()*+,-./019:;<=>?@AMZ[\\]^_`amz{|}~'];

export const listRules: readonly RuleText[] = [
  {
    name: 'list gives exactly the keys under a prefix, none of its neighbours',
    async test({ records }) {
      const inside = ['r1/', 'r1/!', 'r1/a', 'r1/a/', 'r1/a/b', 'r1/ab', 'r1/~'];
      const outside = [
        'R1/a',
        'q',
        'r',
        'r1',
        'r1 ',
        'r1.',
        'r1-',
        'r1-/a',
        'r1.a',
        'r10',
        'r10/',
        'r10/a',
        'r10/r1/a',
        'r1a',
        'r1~',
        'r2/a',
      ];
      const all = await given(records, [...outside, ...inside]);
      const under = (prefix: string) => sorted(all.filter((record) => record.key.startsWith(prefix)));
      for (const prefix of ['r1/', 'r1', 'r10/', 'r10', 'r', 'r1-', 'r1.', 'R', 'r1/a', 'r1/a/', 'r1~', 'r2']) {
        await mustList(records, { prefix, limit: 100 }, under(prefix), false);
      }
    },
  },
  {
    name: 'a key that equals the prefix is listed, and comes first',
    async test({ records }) {
      const all = sorted(await given(records, ['same/a', 'same/a/b', 'same/a0', 'same/a-']));
      await mustList(records, { prefix: 'same/a', limit: 10 }, all, false);
      await mustList(records, { prefix: 'same/a', limit: 1 }, all.slice(0, 1), true);
      await mustList(records, { prefix: 'same/a', after: 'same/a', limit: 10 }, all.slice(1), false);
    },
  },
  {
    name: 'the characters of a prefix mean nothing but themselves',
    async test({ records }) {
      const segments = ['%', '_', '*', '?', '.', '[a]', '[', '\\', '^', '$', "'", '"', 'a', 'A', '..', ' '];
      const all = await given(
        records,
        segments.map((segment) => `wild/${segment}/x`),
      );
      for (const [at, segment] of segments.entries()) {
        await mustList(records, { prefix: `wild/${segment}/`, limit: 10 }, all.slice(at, at + 1), false);
      }
    },
  },
  {
    name: 'the empty prefix lists every record',
    async test({ records }) {
      const all = sorted(await given(records, ['z', 'a', 'M/x', '0', '~']));
      await mustList(records, { prefix: '', limit: 1000 }, all, false);
      await mustList(records, { prefix: '', after: 'M', limit: 2 }, all.slice(1, 3), true);
    },
  },
  {
    name: 'where no key matches, list gives an empty page and no more',
    async test({ records }) {
      await mustList(records, { prefix: '', limit: 1 }, [], false);
      await given(records, ['match/a', 'match/c']);
      for (const prefix of ['match/b', 'match/d', 'a', 'z', 'match/a/', 'matc/']) {
        await mustList(records, { prefix, limit: 1000 }, [], false);
      }
    },
  },
  {
    name: 'list sorts by ASCII code: - . / 0 : A Z _ a z ~',
    async test({ records }) {
      const all = await given(records, asciiOrder.map((character) => `ascii/${character}`).reverse());
      await mustList(records, { prefix: 'ascii/', limit: 100 }, all.toReversed(), false);
    },
  },
  {
    name: 'list sorts a shorter key before those that start with it, and digits as text',
    async test({ records }) {
      const inOrder = [
        'n/',
        'n/1',
        'n/1.',
        'n/1/',
        'n/10',
        'n/100',
        'n/2',
        'n/B',
        'n/a',
        'n/a!',
        'n/a/b',
        'n/aa',
        'n/b',
      ];
      const all = await given(records, inOrder.toReversed());
      await mustList(records, { prefix: 'n/', limit: 100 }, all.toReversed(), false);
    },
  },
  {
    name: '`after` is exclusive and need not exist, match or lie within the prefix',
    async test({ records }) {
      const all = await given(records, ['after/b', 'after/d', 'after/f']);
      const from = { '': 0, a: 0, 'after/': 0, 'after/a': 0, 'after/b': 1, 'after/b!': 1, 'after/c': 1, 'after/d': 2 };
      const beyond = { 'after/e~': 2, 'after/f': 3, 'after/f!': 3, 'after/z': 3, after0: 3, zebra: 3, '~': 3 };
      for (const [after, at] of Object.entries({ ...from, ...beyond })) {
        await mustList(records, { prefix: 'after/', after, limit: 10 }, all.slice(at), false);
        await mustList(records, { prefix: 'after/', after, limit: 1 }, all.slice(at, at + 1), at + 1 < all.length);
      }
    },
  },
  {
    name: '`after` may name a record that was removed',
    async test({ records }) {
      const all = await given(records, ['was/a', 'was/b', 'was/c', 'was/d']);
      await records.commit({ remove: ['was/b', 'was/d'] });
      await mustList(records, { prefix: 'was/', after: 'was/b', limit: 10 }, all.slice(2, 3), false);
      await mustList(records, { prefix: 'was/', after: 'was/d', limit: 10 }, [], false);
    },
  },
  {
    name: '`more` is true only if a further record matches: at the limit, past it, short of it',
    async test({ records }) {
      const all = await given(records, ['more/a', 'more/b', 'more/c', 'more/d']);
      await given(records, ['more', 'more.', 'more0', 'more1', 'z']);
      const range = { prefix: 'more/', limit: 4 };
      await mustList(records, range, all, false);
      await mustList(records, { ...range, limit: 5 }, all, false);
      await mustList(records, { ...range, limit: 3 }, all.slice(0, 3), true);
      await mustList(records, { ...range, after: 'more/b', limit: 2 }, all.slice(2), false);
      await mustList(records, { ...range, after: 'more/b', limit: 1 }, all.slice(2, 3), true);
      await records.commit({ remove: ['more/d'] });
      await mustList(records, { ...range, limit: 3 }, all.slice(0, 3), false);
    },
  },
  {
    name: 'a limit of 1 gives one record, a limit of 1,000 one thousand',
    async test({ records }) {
      const number = (at: number) => `thousand/${String(at).padStart(4, '0')}`;
      const all = await given(
        records,
        Array.from({ length: 1002 }, (_, at) => number(at)),
      );
      await mustList(records, { prefix: 'thousand/', limit: 1 }, all.slice(0, 1), true);
      await mustList(records, { prefix: 'thousand/', limit: 1000 }, all.slice(0, 1000), true);
      await mustList(records, { prefix: 'thousand/', after: number(0), limit: 1000 }, all.slice(1, 1001), true);
      await mustList(records, { prefix: 'thousand/', after: number(1), limit: 1000 }, all.slice(2), false);
    },
  },
  {
    name: 'list agrees with a sorted array at every range while records come and go',
    async test({ records }) {
      const roll = dice(7);
      const segments = ['a', 'a-', 'a.', 'a/', 'a0', 'A', 'b', 'b/', '_', '~', 'r1', 'r10', 'r1/'] as const;
      const some = () => Array.from({ length: 1 + roll(3) }, () => segments[roll(segments.length)]).join('');
      const model = new Map<string, StoredRecord>();
      for (let round = 0; round < 40; round++) {
        const put = Array.from({ length: 1 + roll(8) }, () => fresh(some(), round));
        const remove = Array.from({ length: roll(4) }, some);
        await records.commit({ put, remove });
        for (const record of put) model.set(record.key, record);
        for (const key of remove) model.delete(key);
        for (let asked = 0; asked < 6; asked++) {
          const prefix = some().slice(0, roll(4));
          const after = roll(3) === 0 ? undefined : some();
          const limit = 1 + roll(12);
          const matching = sorted(model.values()).filter(
            ({ key }) => key.startsWith(prefix) && (after === undefined || key > after),
          );
          const range = { prefix, limit, ...(after === undefined ? {} : { after }) };
          await mustList(records, range, matching.slice(0, limit), matching.length > limit);
        }
      }
    },
  },
];
