import { writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { holds, type Row } from './measure.ts';
import { pages } from './pages.ts';
import { unitTest } from './unit-test.ts';

// Takes every ratio of this folder in one run, prints them as a table and keeps the table in RESULTS.md.

const progress = (text: string): void => console.error(text);

const rows: Row[] = [];
for (const bench of [unitTest, pages]) rows.push(...(await bench(progress)));

const bound = (row: Row): string =>
  'atMost' in row.bound ? `at most ${row.bound.atMost}` : `at least ${row.bound.atLeast}`;
const table = [
  '| what | ratio | should be | figures |',
  '| --- | --- | --- | --- |',
  ...rows.map(
    (row) =>
      `| ${row.what} | ${row.ratio.toFixed(2)}${holds(row) ? '' : ' (missed)'} | ${bound(row)} | ${row.figures} |`,
  ),
].join('\n');
const machine = `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`;
const date = new Date().toISOString().slice(0, 10);

console.log(table);
await writeFile(
  new URL('RESULTS.md', import.meta.url),
  `# What the benchmarks gave\n\n\`npm run bench\` wrote this on ${date}: ${machine}.\n\n${table}\n`,
);
