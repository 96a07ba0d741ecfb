import type { CommitResult, RecordStore, StoredRecord } from '@coracle/registry/core';
import { must, show } from '../contract.ts';
import { fresh, given, mustHold, mustLack } from '../given.ts';
import type { RuleText } from '../rule.ts';

const contenders = Array.from({ length: 20 }, (_, at) => at);
const rounds = Array.from({ length: 10 }, (_, at) => at);

/**
 * Checks that exactly one of several concurrent commits has succeeded, and returns the index of that commit.
 * @throws ContractBroken if no commit or more than one has succeeded, or if a failed commit names a key that is not in
 * `contested`
 */
function soleWinner(results: readonly CommitResult[], contested: readonly string[]): number {
  const winners = contenders.filter((at) => results[at]?.ok);
  const [winner] = winners;
  must(
    winner !== undefined && winners.length === 1,
    `let ${winners.length} of 20 commits with the same expectation succeed`,
    'exactly one to succeed',
  );
  for (const result of results) {
    const fine = result.ok || contested.includes(result.key);
    must(
      fine,
      `named ${show(result)} to a commit that lost the race for ${show(contested)}`,
      'the contested key named',
    );
  }
  return winner;
}

async function versionOf(records: RecordStore, key: string): Promise<StoredRecord> {
  const [record] = await records.getMany([key]);
  must(record !== undefined, `lost the record ${show(key)} in a race`, 'it to be there');
  return record;
}

const stated = ({ key, version }: StoredRecord) => ({ key, version });

export const raceRules: readonly RuleText[] = [
  {
    name: 'of twenty commits that expect one version exactly one succeeds, with all of its writes',
    needs: ['atomicCommit'],
    async test({ records }) {
      await given(records, ['hot']);
      for (const round of rounds) {
        const before = await versionOf(records, 'hot');
        const writes = contenders.map((at) => [
          fresh('hot', { round, at }),
          fresh('mate', at),
          fresh(`own/${round}/${at}`),
        ]);
        const results = await Promise.all(
          writes.map((put) => records.commit({ expect: [stated(before)], put, remove: ['nothing'] })),
        );
        const won = writes[soleWinner(results, ['hot'])] ?? [];
        await mustHold(records, won, 'after it won a race');
        const lost = writes.filter((put) => put !== won).flatMap((put) => put.slice(2).map((record) => record.key));
        await mustLack(records, lost, 'written by a commit that lost a race');
      }
    },
  },
  {
    name: 'of twenty commits that create one record exactly one succeeds',
    needs: ['atomicCommit'],
    async test({ records }) {
      for (const round of rounds) {
        const key = `create/${round}`;
        const writes = contenders.map((at) => fresh(key, at));
        const results = await Promise.all(
          writes.map((record) => records.commit({ expect: [{ key, version: null }], put: [record] })),
        );
        const won = writes[soleWinner(results, [key])];
        await mustHold(records, won === undefined ? [] : [won], 'after its creation won a race');
      }
    },
  },
  {
    name: 'of twenty commits that remove one record exactly one succeeds',
    needs: ['atomicCommit'],
    async test({ records }) {
      for (const round of rounds) {
        const [record] = await given(records, [`remove/${round}`]);
        const change = { expect: [stated(record)], remove: [record.key] };
        soleWinner(await Promise.all(contenders.map(() => records.commit(change))), [record.key]);
        await mustLack(records, [record.key], 'after its removal won a race');
      }
    },
  },
  {
    name: 'of twenty commits that expect two records and write either one exactly one succeeds',
    needs: ['atomicCommit'],
    async test({ records }) {
      for (const round of rounds) {
        const pair = await given(records, [`skew/${round}/a`, `skew/${round}/b`]);
        const expect = pair.map(stated);
        const results = await Promise.all(
          contenders.map((at) => records.commit({ expect, put: [fresh(pair[at % 2 === 0 ? 0 : 1].key, at)] })),
        );
        soleWinner(
          results,
          pair.map((record) => record.key),
        );
      }
    },
  },
  {
    name: 'twenty writers who read, expect and commit until they succeed lose no increment',
    needs: ['atomicCommit', 'freshReads'],
    async test({ records }) {
      await records.commit({ put: [fresh('counter', 0)] });
      const increment = async () => {
        // A refusal means that another of the 60 increments was applied in between, so nobody can be refused 60 times.
        for (let attempt = 0; attempt < 60; attempt++) {
          const read = await versionOf(records, 'counter');
          const put = [fresh('counter', Number(read.value) + 1)];
          if ((await records.commit({ expect: [stated(read)], put })).ok) return;
        }
        must(false, 'refused one writer 60 times though it read the version anew each time', 'it to succeed at last');
      };
      await Promise.all(
        contenders.map(async () => {
          for (let times = 0; times < 3; times++) await increment();
        }),
      );
      const { value } = await versionOf(records, 'counter');
      must(value === 60, `counted ${show(value)} after 60 acknowledged increments`, 'every acknowledged one to count');
    },
  },
  {
    name: 'commits that have no key in common all succeed at once',
    async test({ records }) {
      const old = await given(
        records,
        contenders.map((at) => `apart/${at}/old`),
      );
      const put = contenders.map((at) => [fresh(`apart/${at}/new`), fresh(`apart/${at}/more`)]);
      const results = await Promise.all(
        old.map((record, at) =>
          records.commit({
            expect: [stated(record), { key: `apart/${at}/new`, version: null }],
            put: put[at] ?? [],
            remove: [record.key],
          }),
        ),
      );
      const refused = results.find((result) => !result.ok);
      must(refused === undefined, `refused one of twenty disjoint commits with ${show(refused)}`, 'all to succeed');
      await mustHold(records, put.flat(), 'after twenty disjoint commits at once');
      await mustLack(
        records,
        old.map((record) => record.key),
        'after disjoint commits removed it',
      );
    },
  },
];
