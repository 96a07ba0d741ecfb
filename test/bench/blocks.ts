import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { fileURLToPath } from 'node:url';
import {
  everyOperation,
  type Heavy,
  heavyCalls,
  heavyPushes,
  heavyReads,
  largeContents,
  manyNames,
} from './blocks-requests.ts';
import { median, ms, type Row } from './measure.ts';

const program = fileURLToPath(new URL('blocks-server.ts', import.meta.url));

/** How long one request keeps others from being answered, against what may be: 100 ms, or ten parses of 1 MB if that is more. */
export async function blocks(progress: (text: string) => void): Promise<Row[]> {
  const parse = timeOf(descriptors());
  const bound = Math.max(100, 10 * parse);
  progress(`blocks: JSON.parse of 1 MB of descriptors takes ${ms(parse)}, so that a block may take ${ms(bound)}`);
  const server = spawn(process.execPath, ['--import', 'tsx', program], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  try {
    const origin = await answerOf<string>(server);
    const groups: [string, Heavy[], tries?: number][] = [
      // These are very many requests, so each is tried only twice.
      ['every operation with the largest inputs', everyOperation(), 2],
      ['lists and deletions of 1,000 images of 1,000 tags', heavyCalls()],
      ['a GET, HEAD or DELETE of /v2/', heavyReads()],
      ['a push to /v2/', heavyPushes()],
    ];
    const rows: Row[] = [];
    for (const [what, requests, tries] of groups) {
      const blocks: { what: string; block: number }[] = [];
      for (const one of requests) blocks.push({ what: one.what, block: await blockOf(server, origin, one, tries) });
      blocks.sort((a, b) => b.block - a.block);
      for (const { what: which, block } of blocks.slice(0, 5)) progress(`  ${which}: ${ms(block)}`);
      const [worst] = blocks;
      if (!worst) continue;
      rows.push({
        what: `the longest block of the event loop by ${what}, in time`,
        ratio: worst.block / bound,
        bound: { atMost: 1 },
        figures: `${ms(worst.block)} of ${ms(bound)}, by ${worst.what}`,
      });
    }
    const names = await blockOf(server, origin, manyNames);
    const parsed = timeOf(manyNames.body);
    rows.push({
      what: `the longest block by ${manyNames.what} against JSON.parse of it, in time`,
      ratio: names / parsed,
      bound: { atMost: 3 },
      figures: `${ms(names)} against ${ms(parsed)}`,
    });
    const quarters = largeContents(1 / 4);
    for (const [nth, one] of largeContents(1).entries()) {
      const quarter = quarters[nth] as Heavy;
      const [block, less] = [await blockOf(server, origin, one), await blockOf(server, origin, quarter)];
      rows.push({
        what: `the longest block by ${one.what} against four times that of a quarter of it, in time`,
        ratio: block / (4 * less),
        // A quarter stays in the processor's cache.
        bound: { atMost: 1.5 },
        figures: `${ms(block)} against ${ms(less)}`,
      });
    }
    return rows;
  } finally {
    server.kill();
  }
}

/** The longest of each try, and of these the least: a pause of V8's garbage collection comes in one of them. */
async function blockOf(server: ChildProcess, origin: string, heavy: Heavy, tries = 5): Promise<number> {
  const blocks: number[] = [];
  for (let nth = 0; nth < (heavy.once ? 1 : tries); nth++) {
    await longestBlock(server);
    await send(origin, heavy);
    blocks.push(await longestBlock(server));
  }
  return Math.min(...blocks);
}

/** Since it was asked before. */
async function longestBlock(server: ChildProcess): Promise<number> {
  server.send('longest');
  const longest = await answerOf<number>(server);
  // The server takes back what it has counted once this turn of it is over.
  await new Promise((resolve) => setTimeout(resolve, 10));
  return longest;
}

async function answerOf<T>(server: ChildProcess): Promise<T> {
  const [answer] = (await once(server, 'message')) as [T];
  return answer;
}

function send(origin: string, { method = 'GET', path = '/', headers = {}, body }: Heavy): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = request(new URL(path, origin), { method, headers }, (answer) => {
      answer.resume();
      answer.once('end', resolve).once('error', reject);
    });
    sent.once('error', reject);
    sent.end(body);
  });
}

function timeOf(json: string): number {
  const times = Array.from({ length: 5 }, () => {
    const start = performance.now();
    JSON.parse(json);
    return performance.now() - start;
  });
  return median(times);
}

function descriptors(): string {
  const descriptor = {
    mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
    digest: `sha256:${'0'.repeat(64)}`,
    size: 123_456,
  };
  return JSON.stringify(Array.from({ length: 1_000_000 / JSON.stringify(descriptor).length }, () => descriptor));
}
