import { writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { blocks } from './blocks.ts';
import { sdkCalls } from './calls.ts';
import { closed } from './closed.ts';
import { digests } from './digests.ts';
import { edge } from './edge.ts';
import { indexedDb } from './indexeddb.ts';
import { kv } from './kv.ts';
import { holds, type Row } from './measure.ts';
import { pages } from './pages.ts';
import { distribution, moto } from './peers.ts';
import { push } from './push.ts';
import { registryProtocol } from './registry-protocol.ts';
import { sizes } from './sizes.ts';
import { startup } from './startup.ts';
import { unitTest } from './unit-test.ts';
import { uploadPart } from './upload-part.ts';
import { webWorker } from './web-worker.ts';

// Takes every ratio of this folder in one run, prints them as a table and keeps the table in RESULTS.md. With names of
// benchmarks as arguments, takes only theirs and keeps nothing.

const progress = (text: string): void => console.error(text);

// Benches that measure the first use in a process come first.
const benches = {
  unitTest,
  startup,
  sizes,
  sdkCalls,
  closed,
  digests,
  uploadPart,
  registryProtocol,
  push,
  pages,
  blocks,
  indexedDb,
  webWorker,
  kv,
  edge,
};
type Name = keyof typeof benches;
const names = Object.keys(benches) as Name[];
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !names.some((it) => it === name));
if (unknown.length > 0) throw new Error(`There is no ${unknown.join(', ')} here, but ${names.join(', ')}`);

const rows: Row[] = [];
for (const name of names) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  progress(`${name} …`);
  rows.push(...(await benches[name](progress)));
}

const bound = (row: Row): string =>
  'atMost' in row.bound ? `at most ${short(row.bound.atMost)}` : `at least ${short(row.bound.atLeast)}`;
const short = (value: number): string => (value < 0.1 ? value.toFixed(4) : value.toFixed(2).replace(/\.?0+$/, ''));
const ratio = (row: Row): string =>
  row.ratio === undefined ? '–' : `${short(row.ratio)}${holds(row) ? '' : ' (missed)'}`;
const table = [
  '| what | ratio | should be | figures |',
  '| --- | --- | --- | --- |',
  ...rows.map((row) => `| ${row.what} | ${ratio(row)} | ${bound(row)} | ${row.figures} |`),
].join('\n');
console.log(table);

if (asked.length === 0) {
  const machine = `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`;
  const date = new Date().toISOString().slice(0, 10);
  const peers = await Promise.all(
    [moto, distribution].map(async (peer) => (await peer.version()) ?? `no ${peer.name}: its rows are skipped`),
  );
  await writeFile(
    new URL('RESULTS.md', import.meta.url),
    `# What the benchmarks gave\n\n\`npm run bench\` wrote this on ${date}: ${machine}.\n\nPeers: ${peers.join('; ')}.\n\n${table}\n`,
  );
}
