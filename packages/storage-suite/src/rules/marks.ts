import type { Mark, StoredRecord } from '@coracle/registry/core';
import type { Bench } from '../bench.ts';
import { firstDifference, must, sameJson, show } from '../contract.ts';
import { fresh, given, mustHold, mustLack, mustList, randomBytes, sorted, write } from '../given.ts';
import type { RuleText } from '../rule.ts';

/**
 * These rules test the method `mark` of a storage, which fixes the current state for a later snapshot. The rules do not
 * measure the time that `mark` takes.
 */

/**
 * Calls `mark` of the tested storage, which fixes its current state for a later snapshot.
 * @throws Error if the rule does not list 'mark' in its needs
 */
function markOf({ plain }: Bench): Mark {
  const mark = plain.mark?.();
  if (mark === undefined)
    throw new Error(
      "A rule of the storage suite calls mark(), but does not list 'mark' in its member 'needs': add 'mark'.",
    );
  return mark;
}

/**
 * Writes records and pieces (chunks of content). Returns them, and a function that adds, replaces and removes some of
 * them.
 */
async function before({ records, bytes }: Bench) {
  const [kept, replaced, removed] = await given(records, ['mark/kept', 'mark/replaced', 'mark/removed']);
  const piece = randomBytes(5000);
  await bytes.put('mark-kept', piece);
  await bytes.put('mark-removed', piece);
  const later = [fresh('mark/replaced'), fresh('mark/added')];
  const change = async () => {
    await write(records, later);
    await records.commit({ remove: [removed.key] });
    await bytes.put('mark-added', piece);
    await bytes.remove(['mark-removed']);
  };
  return { there: sorted([kept, replaced, removed]), later, piece, change };
}

function mustGiveRecords(mark: Mark, wanted: readonly StoredRecord[], when: string): void {
  const found = [...mark.records()];
  must(sameJson(found, wanted), `gave ${show(found)} by a mark ${when}`, `${show(wanted)}`);
}

async function mustHavePiece({ bytes }: Bench, id: string, wanted: Uint8Array, when: string): Promise<void> {
  const found = await bytes.get(id);
  const same = found !== undefined && firstDifference(found, wanted) === -1;
  must(same, `gave ${show(found)} for the piece ${show(id)} ${when}`, `the ${wanted.length} bytes that were put`);
}

export const markRules: readonly RuleText[] = [
  {
    name: 'a mark gives the records and pieces that there were, whatever has changed since',
    needs: ['mark'],
    async test(bench) {
      const { there, piece, change } = await before(bench);
      const mark = markOf(bench);
      mustGiveRecords(mark, there, 'at once');
      await change();
      mustGiveRecords(mark, there, 'after some were put, replaced and removed');
      for (const id of ['mark-kept', 'mark-removed']) {
        const found = mark.piece(id);
        const same = found !== undefined && firstDifference(found, piece) === -1;
        must(same, `gave ${show(found)} by a mark for the piece ${show(id)}`, `the ${piece.length} bytes of then`);
      }
      const added = mark.piece('mark-added');
      must(added === undefined, `gave ${show(added)} by a mark for a piece that was put since`, 'undefined');
    },
  },
  {
    name: 'going back to a mark makes the records what they were, and brings back the pieces that are gone',
    needs: ['mark'],
    async test(bench) {
      const { there, piece, change } = await before(bench);
      const mark = markOf(bench);
      await change();
      mark.restore();
      const when = 'after going back to a mark';
      await mustHold(bench.records, there, when);
      await mustLack(bench.records, ['mark/added'], when);
      await mustList(bench.records, { prefix: 'mark/', limit: 10 }, there, false);
      for (const id of ['mark-kept', 'mark-removed']) await mustHavePiece(bench, id, piece, when);
      const expect = there.map(({ key, version }) => ({ key, version }));
      const result = await bench.records.commit({ expect, put: [fresh('mark/kept')] });
      must(result.ok, `refused the versions of a mark ${when}`, 'them to hold again');
    },
  },
  {
    name: 'going back to a mark tells the records that were put or changed since, as they were until then',
    needs: ['mark'],
    async test(bench) {
      const { later, change } = await before(bench);
      const mark = markOf(bench);
      await change();
      const told = sorted(mark.restore());
      const wanted = sorted(later);
      must(sameJson(told, wanted), `told of ${show(told)} when a mark was gone back to`, `${show(wanted)}`);
      const again = mark.restore();
      must(again.length === 0, `told of ${show(again)} when nothing had changed since a mark`, 'no records');
    },
  },
  {
    name: 'pieces that were put since a mark stay when it is gone back to',
    needs: ['mark'],
    async test(bench) {
      const { piece, change } = await before(bench);
      const mark = markOf(bench);
      await change();
      mark.restore();
      await mustHavePiece(bench, 'mark-added', piece, 'after going back to a mark from before it');
    },
  },
  {
    name: 'several marks can be gone back to, in any order and again',
    needs: ['mark'],
    async test(bench) {
      const states: { readonly mark: Mark; readonly there: readonly StoredRecord[] }[] = [];
      for (let nth = 0; nth < 3; nth++) {
        const there = [fresh('marks/a'), fresh('marks/b')];
        await write(bench.records, there);
        states.push({ mark: markOf(bench), there });
      }
      for (const nth of [2, 0, 1, 1, 2, 0]) {
        const state = states[nth];
        if (state === undefined) continue;
        await write(bench.records, [fresh('marks/b'), fresh('marks/c')]);
        state.mark.restore();
        await mustList(bench.records, { prefix: 'marks/', limit: 10 }, state.there, false);
        mustGiveRecords(state.mark, state.there, 'that was gone back to');
      }
    },
  },
];
