import type { ListPage, ListRange, RecordStore, StoredRecord } from '@coracle/registry/core';
import { must, sameJson, show } from '../contract.ts';
import { fresh, given, mustList } from '../given.ts';
import type { RuleText } from '../rule.ts';

/** Returns the part of a page that is compared with other pages: the keys, and whether more keys follow. */
function answerOf(page: ListPage): { keys: string[]; more: boolean } {
  return { keys: page.entries.map((record) => record.key), more: page.more };
}

function lastKey(page: ListPage): { after: string } | undefined {
  const last = page.entries.at(-1);
  return last === undefined ? undefined : { after: last.key };
}

/**
 * Lists all pages of a range, and returns the keys. Each page starts after the last key of the previous page. With the
 * option `resume`, the `resume` of the previous page is passed too. `between` is called before each page except the
 * first, for example to write records in the middle of the list.
 */
async function walk(
  records: RecordStore,
  range: ListRange,
  options: { resume: boolean; between?: (pages: number) => Promise<void> },
): Promise<string[]> {
  const keys: string[] = [];
  let next = range;
  for (let pages = 1; ; pages++) {
    const page = await records.list(next);
    keys.push(...answerOf(page).keys);
    const after = lastKey(page);
    if (!page.more || after === undefined) return keys;
    await options.between?.(pages);
    next = { ...range, ...after, ...(options.resume && page.resume !== undefined ? { resume: page.resume } : {}) };
  }
}

/**
 * Checks that a list of a range returns the same page with this `resume` as without it. `what` describes `resume` in
 * the error text.
 * @throws ContractBroken if the pages differ
 */
async function mustIgnore(records: RecordStore, range: ListRange, resume: string, what: string): Promise<void> {
  const [plain, hinted] = [await records.list(range), await records.list({ ...range, resume })].map(answerOf);
  must(
    sameJson(plain, hinted),
    `answered list(${show(range)}) with ${show(hinted)} when given ${what}`,
    `the same answer as without, ${show(plain)}`,
  );
}

function mustBeKeys(keys: readonly string[], wanted: readonly string[], when: string): void {
  must(sameJson(keys, wanted), `gave ${show(keys)} ${when}`, `${show(wanted)}`);
}

const names = (records: readonly StoredRecord[]) => records.map((record) => record.key);
const numbered = (stem: string, count: number) => Array.from({ length: count }, (_, at) => `${stem}${10 + at}`);

export const pageRules: readonly RuleText[] = [
  {
    name: 'pages of any size join up to the whole list, with `resume` or without',
    async test({ records }) {
      const all = await given(records, numbered('walk/', 23));
      await given(records, ['walk', 'walk0', 'wal/k']);
      for (const limit of [1, 2, 5, 22, 23, 24]) {
        for (const resume of [false, true]) {
          const keys = await walk(records, { prefix: 'walk/', limit }, { resume });
          mustBeKeys(keys, names(all), `in pages of ${limit} ${resume ? 'with' : 'without'} resume`);
        }
      }
    },
  },
  {
    name: 'records that come and go between two pages neither repeat nor hide others',
    async test({ records }) {
      for (const resume of [false, true]) {
        const all = await given(records, numbered('flow/', 9));
        const between = async (pages: number) => {
          // After page 1 (10, 11, 12), its last key and the next one are removed, and others are added before and after
          // it.
          const put = [fresh('flow/05'), fresh('flow/115'), fresh('flow/125'), fresh('flow/99')];
          if (pages === 1) await records.commit({ put, remove: ['flow/12', 'flow/13'] });
        };
        const keys = await walk(records, { prefix: 'flow/', limit: 3 }, { resume, between });
        const rest = [...numbered('flow/', 9).slice(4), 'flow/99'];
        const wanted = ['flow/10', 'flow/11', 'flow/12', 'flow/125', ...rest];
        mustBeKeys(keys, wanted, 'over pages between which records came and went');
        await records.commit({ remove: [...names(all), 'flow/05', 'flow/115', 'flow/125', 'flow/99'] });
      }
    },
  },
  {
    name: 'a list whose further records all go between two pages ends there',
    async test({ records }) {
      await given(records, numbered('end/', 6));
      const first = await records.list({ prefix: 'end/', limit: 3 });
      must(first.more, 'said more: false with three records to come', 'more: true');
      await records.commit({ remove: numbered('end/', 6).slice(3) });
      const resume = first.resume === undefined ? {} : { resume: first.resume };
      await mustList(records, { prefix: 'end/', limit: 3, ...lastKey(first), ...resume }, [], false);
    },
  },
  {
    name: '`resume` of an earlier page, of another limit or without `after` changes no answer',
    async test({ records }) {
      await given(records, numbered('stale/', 12));
      const range = { prefix: 'stale/', limit: 3 };
      const first = await records.list(range);
      const second = await records.list({ ...range, ...lastKey(first) });
      for (const resume of [first.resume, second.resume]) {
        if (resume === undefined) continue;
        const what = `the resume ${show(resume)} of another page`;
        for (const after of ['stale/11', 'stale/12', 'stale/15', 'stale/17', 'stale/21', 'a', 'z']) {
          await mustIgnore(records, { ...range, after }, resume, what);
          await mustIgnore(records, { ...range, after, limit: 1 }, resume, what);
          await mustIgnore(records, { ...range, after, limit: 100 }, resume, what);
        }
        await mustIgnore(records, range, resume, what);
      }
    },
  },
  {
    name: '`resume` of a list under another prefix changes no answer',
    async test({ records }) {
      await given(records, [...numbered('mine/', 6), ...numbered('theirs/', 6)]);
      for (const prefix of ['theirs/', '', 'm']) {
        const { resume } = await records.list({ prefix, limit: 2 });
        if (resume === undefined) continue;
        const what = `the resume ${show(resume)} of a list under ${show(prefix)}`;
        await mustIgnore(records, { prefix: 'mine/', limit: 2 }, resume, what);
        await mustIgnore(records, { prefix: 'mine/', after: 'mine/12', limit: 2 }, resume, what);
      }
    },
  },
  {
    name: '`resume` that was made up changes no answer and is no failure',
    async test({ records }) {
      await given(records, numbered('made-up/', 6));
      for (const resume of ['', '0', '3', 'made-up/13', 'bm90IGEgY3Vyc29y', '{"after":"z"}', '../..', 'ü 🚣']) {
        const what = `the made-up resume ${show(resume)}`;
        await mustIgnore(records, { prefix: 'made-up/', limit: 2 }, resume, what);
        await mustIgnore(records, { prefix: 'made-up/', after: 'made-up/11', limit: 2 }, resume, what);
        await mustIgnore(records, { prefix: 'made-up/', after: 'made-up/15', limit: 2 }, resume, what);
      }
    },
  },
];
