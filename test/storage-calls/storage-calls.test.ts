import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { countRow, operations, operationsOfEcr, type Row, verbs } from './rows.ts';

const rows = [...operations, ...operationsOfEcr, ...verbs];

/** The table of `ARCHITECTURE.md`, by the first column: the calls on a storage that is near, and on one that is remote. */
async function stated(): Promise<ReadonlyMap<string, readonly number[]>> {
  const text = await readFile(new URL('../../ARCHITECTURE.md', import.meta.url), 'utf8');
  const rows = text.matchAll(/^\| ([^|]+?) +\| +(\d+) \| +(\d+) \|$/gm);
  return new Map([...rows].map(([, title = '', near, remote]) => [title, [Number(near), Number(remote)]]));
}

const counted = async (row: Row) => [await countRow(row, {}), await countRow(row, { remote: true })];

describe('the calls of the storage, one after the other', () => {
  it.each(rows.map((row) => [row.title, row] as const))('of %s are as stated', async (title, row) => {
    expect(await counted(row)).toEqual((await stated()).get(title));
  });

  it('are stated for nothing else', async () => {
    expect([...(await stated()).keys()].sort()).toEqual(rows.map(({ title }) => title).sort());
  });

  it('are counted for each operation of ECR Public', async () => {
    const { ecrPublic } = await import('@coracle/core');
    expect(operations.map(({ title }) => title)).toEqual(Object.keys(ecrPublic.operations).sort());
  });
});
