import type { Change, CommitResult, Json, StoredRecord } from '@coracle/registry/core';
import { must, show } from '../contract.ts';
import { fresh, given, mustHold, mustLack, mustList, write } from '../given.ts';
import type { RuleText } from '../rule.ts';

function mustSucceed(result: CommitResult, what: string): void {
  must(result.ok, `refused ${what}, naming ${show(result.ok ? '' : result.key)}`, 'it to succeed');
}

function mustName(result: CommitResult, key: string, what: string): void {
  must(!result.ok, `carried out ${what}`, `it refused with { ok: false, key: ${show(key)} }`);
  must(result.key === key, `named ${show(result.key)} when it refused ${what}`, `the key ${show(key)} named`);
}

const absent = (key: string) => ({ key, version: null });

export const commitRules: readonly RuleText[] = [
  {
    name: 'a commit with nothing in it succeeds',
    async test({ records }) {
      mustSucceed(await records.commit({}), 'an empty commit');
      mustSucceed(await records.commit({ expect: [], put: [], remove: [] }), 'a commit of empty lists');
    },
  },
  {
    name: 'one commit puts and removes together',
    async test({ records }) {
      const [, kept] = await given(records, ['both/old', 'both/kept']);
      const put = [fresh('both/new'), fresh('both/newer')];
      mustSucceed(await records.commit({ put, remove: ['both/old'] }), 'a commit with put and remove');
      await mustHold(records, [...put, kept], 'after a commit with put and remove');
      await mustLack(records, ['both/old'], 'after a commit with put and remove');
    },
  },
  {
    name: 'a commit puts before it removes, and of two puts of one key the later stays',
    async test({ records }) {
      const [first, last] = [fresh('order/twice', 'first'), fresh('order/twice', 'last')];
      mustSucceed(
        await records.commit({ put: [first, fresh('order/removed'), last], remove: ['order/removed'] }),
        'a commit that names keys twice',
      );
      await mustHold(records, [last], 'after one commit put it twice');
      await mustLack(records, ['order/removed'], 'after one commit put and removed it');
    },
  },
  {
    name: 'removing what is not there, or naming it twice, is no failure',
    async test({ records }) {
      await given(records, ['remove/a']);
      const remove = ['remove/none', 'remove/a', 'remove/a', 'remove/none'];
      mustSucceed(await records.commit({ remove }), 'the removal of absent records');
      await mustLack(records, ['remove/a', 'remove/none'], 'after the removal');
      await mustList(records, { prefix: 'remove/', limit: 10 }, [], false);
    },
  },
  {
    name: 'expecting no record holds only while there is none',
    async test({ records }) {
      const put = fresh('null/a');
      mustSucceed(await records.commit({ expect: [absent('null/a')], put: [put] }), 'the creation of an absent record');
      const again = await records.commit({ expect: [absent('null/a')], put: [fresh('null/a', 'usurper')] });
      mustName(again, 'null/a', 'a commit that expected no record where there is one');
      await mustHold(records, [put], 'after a second creation was refused');
      await records.commit({ remove: ['null/a'] });
      const third = await records.commit({ expect: [absent('null/a')], put: [fresh('null/a')] });
      mustSucceed(third, 'the creation of a record that had been removed');
    },
  },
  {
    name: 'expecting a version holds only while the record has it',
    async test({ records }) {
      const [first, second, third] = [fresh('version/a'), fresh('version/a'), fresh('version/a')];
      await write(records, [first]);
      const stated = (version: string) => [{ key: 'version/a', version }];
      mustSucceed(await records.commit({ expect: stated(first.version), put: [second] }), 'a commit with the version');
      const stale = await records.commit({ expect: stated(first.version), put: [third] });
      mustName(stale, 'version/a', 'a commit that expected a version since replaced');
      await mustHold(records, [second], 'after a stale commit was refused');
      mustSucceed(
        await records.commit({ expect: stated(second.version), put: [third] }),
        'a commit with the new version',
      );
    },
  },
  {
    name: 'expecting a version fails where there is no record, or none any more',
    async test({ records }) {
      const [gone] = await given(records, ['absent/gone']);
      await records.commit({ remove: ['absent/gone'] });
      for (const key of ['absent/gone', 'absent/never']) {
        const result = await records.commit({ expect: [{ key, version: gone.version }], put: [fresh(key)] });
        mustName(result, key, 'a commit that expected a version of an absent record');
        await mustLack(records, [key], 'after its commit was refused');
      }
    },
  },
  {
    name: 'versions are compared as text, to the last character',
    async test({ records }) {
      await write(records, [{ key: 'text-version', version: '10', value: 1 }]);
      for (const version of ['1', '010', '10.0', '1e1', '10 ', '0xA', '']) {
        const result = await records.commit({ expect: [{ key: 'text-version', version }], remove: ['text-version'] });
        mustName(result, 'text-version', `a commit that expected version ${show(version)} where it is "10"`);
      }
      const exact = await records.commit({
        expect: [{ key: 'text-version', version: '10' }],
        remove: ['text-version'],
      });
      mustSucceed(exact, 'a commit with the exact version');
    },
  },
  {
    name: 'an expectation may name a key that the commit does not write',
    async test({ records }) {
      const [guard] = await given(records, ['guard/a']);
      const held = { key: guard.key, version: guard.version };
      const put = fresh('guard/b');
      const fine = await records.commit({ expect: [held, absent('guard/none')], put: [put] });
      mustSucceed(fine, 'a commit whose guards held');
      const change: Change = { expect: [held, absent('guard/b')], put: [fresh('guard/c')] };
      mustName(await records.commit(change), 'guard/b', 'a commit whose guard did not hold');
      await mustLack(records, ['guard/c'], 'after its commit was refused');
      mustSucceed(await records.commit({ expect: [held] }), 'a commit of one expectation that holds');
      mustName(
        await records.commit({ expect: [absent('guard/a')] }),
        'guard/a',
        'a commit of one expectation that fails',
      );
      await mustHold(records, [guard, put], 'after commits that only expected them');
    },
  },
  {
    name: 'of several expectations the first that differs is named, in the order of the list',
    async test({ records }) {
      const [a, b, c] = await given(records, ['first/a', 'first/b', 'first/c']);
      const right = ({ key, version }: StoredRecord) => ({ key, version });
      const wrong = ({ key }: StoredRecord) => ({ key, version: 'wrong' });
      const cases = [
        { expect: [right(a), wrong(c), wrong(b)], named: 'first/c' },
        { expect: [wrong(b), right(a), wrong(c)], named: 'first/b' },
        { expect: [right(c), absent('first/b'), wrong(a)], named: 'first/b' },
        { expect: [absent('first/none'), right(b), right(c), wrong(a)], named: 'first/a' },
        { expect: [right(b), { key: 'first/none', version: 'v' }, absent('first/a')], named: 'first/none' },
      ];
      for (const { expect, named } of cases) {
        mustName(await records.commit({ expect, put: [fresh('first/new')] }), named, `expectations ${show(expect)}`);
      }
      await mustLack(records, ['first/new'], 'after all commits were refused');
    },
  },
  {
    name: 'a refused commit puts nothing and removes nothing',
    async test({ records }) {
      const all = await given(records, ['refused/a', 'refused/b', 'refused/c']);
      const result = await records.commit({
        expect: [absent('refused/new'), { key: 'refused/c', version: 'another' }],
        put: [fresh('refused/a', 'overwritten'), fresh('refused/new'), fresh('refused/c')],
        remove: ['refused/b'],
      });
      mustName(result, 'refused/c', 'a commit with one wrong version among its expectations');
      await mustHold(records, all, 'after a commit was refused');
      await mustLack(records, ['refused/new'], 'after its commit was refused');
    },
  },
  {
    name: 'expectations are about what was there before the commit, whatever it writes',
    async test({ records }) {
      const [old] = await given(records, ['before/old']);
      const expect = [{ key: 'before/old', version: old.version }, absent('before/new')];
      const result = await records.commit({ expect, put: [fresh('before/new')], remove: ['before/old'] });
      mustSucceed(result, 'a commit that writes the very keys it has expectations about');
    },
  },
  {
    name: 'a commit that throws over one of its writes has written none of them',
    needs: ['atomicCommit'],
    async test({ records, plain }) {
      const cyclic: { self?: unknown } = {};
      cyclic.self = cyclic;
      // The value is not JSON and the key is invalid. A store may refuse them or accept them, but only as a whole.
      const poison = [
        { ...fresh('thrown/bad'), value: cyclic as Json },
        { ...fresh('thrown/bad'), value: { run: () => 'no JSON' } as unknown as Json },
        { ...fresh('thrown/bad'), value: { count: 1n } as unknown as Json },
        fresh(`thrown/${'k'.repeat(5000)}`),
      ];
      for (const bad of poison) {
        const [kept] = await given(records, ['thrown/removed']);
        const change = { put: [fresh('thrown/good'), bad, fresh('thrown/later')], remove: ['thrown/removed'] };
        const threw = await plain.records.commit(change).then(
          () => false,
          () => true,
        );
        if (threw) {
          await mustLack(records, ['thrown/good', 'thrown/later'], 'after its commit threw');
          await mustHold(records, [kept], 'after a commit that was to remove it threw');
        } else {
          await records.commit({ remove: change.put.map((record) => record.key) });
        }
      }
    },
  },
];
