import { Miniflare } from 'miniflare';
import { bundled } from '../workers/bundle.ts';
import { whyNoWorkerd } from '../workers/workerd.ts';
import { inTurns, ms, type Row } from './measure.ts';

const pieces = 4;
const size = 8 * 1024 * 1024;
const rows = {
  put: {
    what: 'pieces of 8 MiB put into Workers KV by the storage against the binding alone, in speed',
    bound: { atLeast: 0.85 },
  },
  get: {
    what: 'pieces of 8 MiB read from Workers KV by the storage against the binding alone, in speed',
    bound: { atLeast: 0.85 },
  },
} as const;

/** In workerd, whose KV keeps its values in files. */
export async function kv(): Promise<Row[]> {
  const reason = whyNoWorkerd();
  if (reason !== undefined) {
    return Object.values(rows).map((row) => ({ ...row, ratio: undefined, figures: `skipped: ${reason}` }));
  }
  const worker = new Miniflare({
    modules: true,
    script: await bundled(new URL('kv-worker.ts', import.meta.url)),
    compatibilityDate: '2026-04-01',
    cf: false,
    kvNamespaces: ['KV'],
  });
  try {
    const call = (verb: string, way: string) => async () => {
      const answer = await worker.dispatchFetch(`http://worker/${verb}/${way}/${pieces}`);
      const expected = verb === 'get' ? pieces * size : 0;
      if (Number(await answer.text()) !== expected) throw new Error(`${verb} ${way} ended with ${answer.status}`);
    };
    const taken: Row[] = [];
    for (const verb of ['put', 'get'] as const) {
      const ways = [call(verb, 'storage'), call(verb, 'binding')];
      const [own = Number.NaN, raw = Number.NaN] = await inTurns(ways, { rounds: 25, callsPerRound: 1 });
      taken.push({
        ...rows[verb],
        ratio: raw / own,
        figures: `${ms(own / pieces)} a piece against ${ms(raw / pieces)}`,
      });
    }
    return taken;
  } finally {
    await worker.dispose();
  }
}
