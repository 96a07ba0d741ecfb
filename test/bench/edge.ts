import { createHash, randomFillSync } from 'node:crypto';
import { pathToFileURL } from 'node:url';
import { bundled } from '../workers/bundle.ts';
import { whyNoWorkerd } from '../workers/workerd.ts';
import { median, type Row } from './measure.ts';
import { type MeasuredWorker, measuredWorker } from './measured-worker.ts';

const MiB = 1024 * 1024;
const [user, password] = ['alice', 'open sesame'];
const bindings = { USERNAME: user, PASSWORD: password, TOKEN_SECRET: 'x'.repeat(32) };
const headers = { authorization: `Basic ${btoa(`${user}:${password}`)}` };
const digestOf = (bytes: Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
const random = (bytes: number): Buffer => randomFillSync(Buffer.alloc(bytes));
const mediaType = 'application/vnd.oci.image.manifest.v1+json';

/** Pushes a blob as docker does: POST, PATCH with all bytes, PUT. */
async function push({ send }: MeasuredWorker, bytes: Uint8Array): Promise<string> {
  // Before the first request, because a blocked process does not see that the server closes an idle connection.
  const digest = digestOf(bytes);
  const started = await send('POST', '/v2/team/web/blobs/uploads/');
  const patched = await send('PATCH', started.location ?? '', bytes);
  const end = new URL(patched.location ?? '', 'http://worker');
  end.searchParams.set('digest', digest);
  await send('PUT', end.pathname + end.search);
  return digest;
}

async function pull({ send }: MeasuredWorker, path: string, expected: number): Promise<void> {
  const { bytes } = await send('GET', path);
  if (bytes !== expected) throw new Error(`${path} has ${bytes} bytes, and not ${expected}`);
}

async function pushImage(worker: MeasuredWorker): Promise<number> {
  const [config, layer] = [Buffer.from('{}'), random(1000)];
  const descriptors = [];
  for (const bytes of [config, layer]) descriptors.push({ size: bytes.length, digest: await push(worker, bytes) });
  const manifest = {
    schemaVersion: 2,
    mediaType,
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...descriptors[0] },
    layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar', ...descriptors[1] }],
  };
  const bytes = Buffer.from(JSON.stringify(manifest));
  await worker.send('PUT', '/v2/team/web/manifests/v1', bytes, { 'content-type': mediaType });
  return bytes.length;
}

/** The median CPU time of each of two tasks in milliseconds, taken in turns. The first round is for the compiler. */
async function cpuInTurns(
  rounds: number,
  tasks: readonly { worker: MeasuredWorker; run: (round: number) => Promise<unknown> }[],
): Promise<number[]> {
  const taken: number[][] = tasks.map(() => []);
  for (let round = 0; round <= rounds; round++) {
    for (const [i, { worker, run }] of tasks.entries()) {
      const before = worker.cpu();
      await run(round);
      if (round > 0) taken[i]?.push(worker.cpu() - before);
    }
  }
  return taken.map(median);
}

const figures = (own: number, other: number) => `${own.toFixed(0)} ms against ${other.toFixed(0)} ms`;

/** The digest as the engine computes it, without `nodejs_compat`, against the platform's own stream. */
async function hashing(worker: MeasuredWorker): Promise<Row> {
  const task = (by: string) => ({ worker, run: () => worker.send('GET', `/hash/${by}/8`) });
  const [own = Number.NaN, native = Number.NaN] = await cpuInTurns(9, [task('own'), task('native')]);
  return {
    what: 'SHA-256 of 64 MiB in a Worker against crypto.DigestStream alone, in speed',
    ratio: native / own,
    bound: { atLeast: 0.9 },
    figures: figures(own, native),
  };
}

/** Compares the CPU time of workerd with that of serverless-registry. The simulation of R2 counts as well. */
async function against(own: MeasuredWorker, peer: MeasuredWorker): Promise<Row[]> {
  const large = random(200 * MiB);
  const blobs = (worker: MeasuredWorker) => async () => {
    for (let i = 0; i < 30; i++) await push(worker, random(100_000));
  };
  const sizes = new Map<MeasuredWorker, number>();
  type Task = (worker: MeasuredWorker) => (round: number) => Promise<unknown>;
  const compared: readonly [string, number, number, Task][] = [
    [
      'a push of 200 MiB',
      0.5,
      5,
      (worker) => (round) => {
        large[0] = round;
        return push(worker, large);
      },
    ],
    [
      'a pull of 200 MiB',
      0.15,
      9,
      (worker) => () => pull(worker, `/v2/team/web/blobs/${digestOf(large)}`, large.length),
    ],
    ['a push of 30 blobs of 100 KB', 0.5, 9, blobs],
    [
      '500 manifest GETs',
      1,
      9,
      (worker) => async () => {
        for (let i = 0; i < 500; i++) await pull(worker, '/v2/team/web/manifests/v1', sizes.get(worker) ?? 0);
      },
    ],
  ];
  for (const worker of [own, peer]) sizes.set(worker, await pushImage(worker));
  const rows: Row[] = [];
  for (const [what, atMost, rounds, task] of compared) {
    const tasks = [own, peer].map((worker) => ({ worker, run: task(worker) }));
    const [mine = Number.NaN, other = Number.NaN] = await cpuInTurns(rounds, tasks);
    rows.push({
      what: `${what} to a Worker against serverless-registry, CPU time of workerd`,
      ratio: mine / other,
      bound: { atMost },
      figures: figures(mine, other),
    });
  }
  return rows;
}

/**
 * A registry in a Worker. `SERVERLESS_REGISTRY` may name a folder with a clone of Cloudflare's serverless-registry and its
 * dependencies, against which it is measured.
 */
export async function edge(progress: (text: string) => void): Promise<Row[]> {
  const reason = whyNoWorkerd() ?? (process.platform === 'linux' ? undefined : 'the CPU time is read from /proc');
  if (reason !== undefined) {
    progress(`  skipped: ${reason}`);
    return [];
  }
  const own = await measuredWorker(await bundled(new URL('edge-worker.ts', import.meta.url)), headers, {
    bindings,
    r2Buckets: ['PIECES'],
    durableObjects: { REGISTRY: { className: 'CoracleRegistry', useSQLite: true } },
  });
  const folder = process.env.SERVERLESS_REGISTRY;
  if (folder === undefined) progress('  without serverless-registry: SERVERLESS_REGISTRY names no clone of it');
  const peer =
    folder === undefined
      ? undefined
      : await measuredWorker(await bundled(pathToFileURL(`${folder}/index.ts`)), headers, {
          bindings,
          compatibilityFlags: ['nodejs_compat'],
          r2Buckets: ['REGISTRY'],
        });
  try {
    return [await hashing(own), ...(peer ? await against(own, peer) : [])];
  } finally {
    await Promise.all([own.stop(), peer?.stop()]);
  }
}
