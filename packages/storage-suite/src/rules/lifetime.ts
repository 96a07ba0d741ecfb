import { firstDifference, must, sameJson, show } from '../contract.ts';
import { fresh, given, mustBe, mustHold, mustLack, mustList, randomBytes } from '../given.ts';
import type { RuleText } from '../rule.ts';

export const lifetimeRules: readonly RuleText[] = [
  {
    name: 'the guarantees are stated, and are the ones expected',
    async test({ records, subject }) {
      const { atomicCommit, freshReads, remote } = records.guarantees;
      const stated = { atomicCommit, freshReads, remote };
      must(
        Object.values(stated).every((value) => typeof value === 'boolean'),
        `states the guarantees ${show(records.guarantees)}`,
        'atomicCommit, freshReads and remote, each true or false',
      );
      const wanted = subject.guarantees ?? stated;
      must(
        sameJson(stated, { ...wanted }),
        `states the guarantees ${show(stated)}`,
        `${show(wanted)}, as its tests expect`,
      );
    },
  },
  {
    name: 'a read that starts after a commit was acknowledged sees it',
    needs: ['freshReads'],
    async test({ records, plain }) {
      for (let round = 0; round < 25; round++) {
        // The test does not settle the storage on purpose. The first read may fill a cache, which must not answer the
        // read after the commit.
        await plain.records.getMany(['fresh/a']);
        const put = fresh('fresh/a', round);
        await plain.records.commit({ put: [put] });
        mustBe((await plain.records.getMany(['fresh/a']))[0], put, 'to a read right after its commit');
        mustBe(
          (await plain.records.list({ prefix: 'fresh/', limit: 1 })).entries[0],
          put,
          'to a list right after its commit',
        );
        await plain.records.commit({ remove: ['fresh/a'] });
        await mustLack(plain.records, ['fresh/a'], 'right after it was removed');
        await mustList(plain.records, { prefix: 'fresh/', limit: 1 }, [], false);
      }
      await records.commit({ remove: ['fresh/a'] });
    },
  },
  {
    name: 'close may be called twice, also at once',
    needs: ['close'],
    async test(bench) {
      const { plain } = bench;
      await bench.close();
      try {
        await Promise.all([plain.close?.(), plain.close?.()]);
      } catch (cause) {
        must(false, `threw ${show(String(cause))} when it was closed again`, 'close to be idempotent');
      }
    },
  },
  {
    name: 'records, versions and pieces are there after a reopening, and what was removed is not',
    needs: ['reopen'],
    async test(bench) {
      const kept = await given(bench.records, ['reopen/a', 'reopen/b', 'reopen/c/d']);
      await given(bench.records, ['reopen/gone']);
      await bench.records.commit({ remove: ['reopen/gone'] });
      const [piece, empty] = [randomBytes(100_000), new Uint8Array()];
      await bench.bytes.put('reopen-piece', piece);
      await bench.bytes.put('reopen-empty', empty);
      await bench.bytes.put('reopen-gone', piece);
      await bench.bytes.remove(['reopen-gone']);

      await bench.reopen();

      await mustHold(bench.records, kept, 'after a reopening');
      await mustLack(bench.records, ['reopen/gone'], 'after a reopening');
      await mustList(bench.records, { prefix: 'reopen/', limit: 10 }, kept, false);
      for (const [id, wanted] of [
        ['reopen-piece', piece],
        ['reopen-empty', empty],
      ] as const) {
        const found = await bench.bytes.get(id);
        const same = found !== undefined && firstDifference(found, wanted) === -1;
        must(same, `gave ${show(found)} for a piece of ${wanted.length} bytes after a reopening`, 'the same bytes');
      }
      must((await bench.bytes.get('reopen-gone')) === undefined, 'had a removed piece after a reopening', 'it gone');
      const [first] = kept;
      const expect = [
        { key: first.key, version: first.version },
        { key: 'reopen/gone', version: null },
      ];
      const result = await bench.records.commit({ expect, put: [fresh(first.key)] });
      must(result.ok, 'refused a version that it had acknowledged before a reopening', 'the version to hold');
    },
  },
];
