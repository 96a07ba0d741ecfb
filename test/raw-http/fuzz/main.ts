import { fuzz } from './run.ts';

// Sends so many requests of all kinds to a server and says what became of it: `npm run test:fuzz -- 200000 SEED`, with
// `folder` behind it to a server that keeps its data in one. Ctrl-C stops it. A seed that was printed replays its run.

const [requests = 200_000, seed = Date.now() % 1_000_000] = process.argv.slice(2, 4).map(Number);
const storage = process.argv[4] === 'folder' ? 'folder' : 'memory';
console.log(`${requests} requests, seed ${seed}, data in ${storage === 'folder' ? 'a folder' : 'memory'}`);
const start = performance.now();
const seconds = (): string => `${Math.round((performance.now() - start) / 1000)} s`;
const report = await fuzz({
  requests,
  seed,
  storage,
  progress: (sent, { heap, stored, peak, longestBlock, gcPause }) =>
    console.log(
      `${sent} sent after ${seconds()}: heap ${heap.toFixed()} MiB (${stored.toFixed()} of it pieces), peak ${peak.toFixed()} MiB, ` +
        `longest block ${longestBlock.toFixed()} ms, longest pause of the garbage collection ${gcPause.toFixed()} ms`,
    ),
});

const { ending, first, exit, failures } = report;
const grown = ending.heap - first.heap;
const isGood =
  failures.length === 0 &&
  report.stored >= report.sent / 5 &&
  ending.measures.peak - ending.measures.stored <= 900 &&
  report.longestBlock <= 250 &&
  grown <= 30 &&
  ending.open.length === 0 &&
  exit.code === 0;
console.log(`
answers by status: ${JSON.stringify(report.statuses)}
stored something: ${((100 * report.stored) / report.sent).toFixed(1)} % (at least 20)
peak: ${ending.measures.peak.toFixed()} MiB, of which ${ending.measures.stored.toFixed()} were stored (at most 900 besides)
longest block: ${report.longestBlock.toFixed()} ms (at most 250); longest pause of the garbage collection: ${report.gcPause.toFixed()} ms
heap after the end against after the first 1,000: ${grown.toFixed(1)} MiB more (at most 30)
repositories deleted: ${ending.repositories}; pieces left: ${ending.pieces}; open handles: ${ending.open.join(', ') || 'none'}
the server's process ended with ${exit.code ?? exit.signal}
failures: ${failures.length}`);
for (const failure of failures.slice(0, 20)) console.log(`  ${failure.slice(0, 1000)}`);
if (!isGood) process.exitCode = 1;
