import { fileURLToPath } from 'node:url';
import { output, run } from '../support/commands.ts';
import { median, ms, type Row, skipped } from './measure.ts';
import { distribution, type Peer, startCoracle } from './peers.ts';

const against = 'against CNCF distribution';
const rows = {
  pushOfOne: { what: `raw push of 200 MiB ${against}`, bound: { atLeast: 1.8 } },
  pushOfMany: { what: `raw push of 50 layers of 1 MiB ${against}`, bound: { atLeast: 3.5 } },
  pull: { what: `raw pull of 200 MiB ${against}`, bound: { atLeast: 1 } },
  manifest: { what: `manifest GET by tag ${against}, requests a second`, bound: { atLeast: 20 } },
} as const;

type Times = Readonly<Record<keyof typeof rows, number>>;

const rounds = 5;

/** `coracle serve` and CNCF distribution, each in a process of its own, under the same client. */
export async function registryProtocol(): Promise<Row[]> {
  if ((await distribution.version()) === undefined) return Object.values(rows).map((row) => skipped(distribution, row));
  const wrk = await run('wrk', ['--version']).catch(() => undefined);
  const taken: (readonly [Times, Times])[] = [];
  // Other servers each time: what the round before has stored costs this one no memory and no disk.
  for (let round = 0; round < rounds; round++) taken.push(await oneRound(wrk !== undefined));
  const own = (name: keyof Times) => median(taken.map(([times]) => times[name]));
  const other = (name: keyof Times) => median(taken.map(([, times]) => times[name]));
  const timed = (name: keyof Times): Row => ({
    ...rows[name],
    ratio: other(name) / own(name),
    figures: `${ms(own(name))} against ${ms(other(name))}`,
  });
  const manifest = wrk
    ? { ratio: own('manifest') / other('manifest'), figures: `${own('manifest')} against ${other('manifest')}` }
    : { ratio: undefined, figures: 'skipped: there is no wrk here' };
  return [timed('pushOfOne'), timed('pushOfMany'), timed('pull'), { ...rows.manifest, ...manifest }];
}

const load = fileURLToPath(new URL('load.ts', import.meta.url));

async function oneRound(withWrk: boolean): Promise<readonly [Times, Times]> {
  const peers: Peer[] = [];
  try {
    peers.push(await startCoracle(), await distribution.start());
    const origins = peers.map(({ origin }) => origin);
    const printed = await output(process.execPath, ['--import', 'tsx', load, ...origins]);
    const [a, b] = JSON.parse(printed) as [Omit<Times, 'manifest'>, Omit<Times, 'manifest'>];
    const [c = 0, d = 0] = withWrk ? [await requestsPerSecond(origins[0]), await requestsPerSecond(origins[1])] : [];
    return [
      { ...a, manifest: c },
      { ...b, manifest: d },
    ];
  } finally {
    await Promise.all(peers.map((peer) => peer.stop()));
  }
}

async function requestsPerSecond(origin = ''): Promise<number> {
  const url = `${origin}/v2/bench/web/manifests/latest`;
  const accept = 'Accept: application/vnd.oci.image.manifest.v1+json';
  const printed = await output('wrk', ['-t1', '-c16', '-d2s', '-H', accept, url]);
  const [, rate] = /Requests\/sec:\s+([\d.]+)/.exec(printed) ?? [];
  if (rate === undefined || printed.includes('Non-2xx')) throw new Error(`wrk printed:\n${printed}`);
  return Math.round(Number(rate));
}
