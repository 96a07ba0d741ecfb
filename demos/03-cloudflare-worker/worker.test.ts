import { readFileSync } from 'node:fs';
import { afterEach, expect, it } from 'vitest';
import { bundled } from '../../test/workers/bundle.ts';
import { describeWithWorkerd, startWorker } from '../../test/workers/miniflare.ts';

const text = (file: string) => readFileSync(new URL(file, import.meta.url), 'utf8');
const example = Object.fromEntries(
  [...text('.dev.vars.example').matchAll(/^(\w+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]),
);

const variants = {
  'src/index.ts': {
    r2Buckets: ['PIECES'],
    durableObjects: { REGISTRY: { className: 'CoracleRegistry', useSQLite: true } },
  },
  'src/on-kv.ts': { kvNamespaces: ['IMAGES'] },
};

describeWithWorkerd('demo 03: a Cloudflare Worker', () => {
  let worker: ReturnType<typeof startWorker> | undefined;
  afterEach(async () => worker?.dispose());

  const started = async (file: keyof typeof variants, bindings: Record<string, string>) => {
    worker = startWorker(await bundled(new URL(file, import.meta.url)), { ...variants[file], bindings });
    return worker.ready;
  };

  it.each(['src/index.ts', 'src/on-kv.ts'] as const)('%s is a closed registry', async (file) => {
    const url = await started(file, example);
    expect((await fetch(new URL('/v2/', url))).status).toBe(401);
    const headers = { authorization: `Basic ${btoa(`${example['USERNAME']}:${example['PASSWORD']}`)}` };
    expect((await fetch(new URL('/v2/', url), { headers })).status).toBe(200);
    const upload = await fetch(new URL('/v2/team/web/blobs/uploads/', url), { method: 'POST', headers });
    expect(upload.status).toBe(202);
    const tags = await fetch(new URL('/v2/team/web/tags/list', url), { headers });
    expect(await tags.json()).toEqual({ name: 'team/web', tags: [] });
  });

  it('answers every request with 503 and a sentence until it is configured', async () => {
    const url = await started('src/index.ts', { USERNAME: 'alice' });
    for (const path of ['/', '/v2/', '/v2/team/web/manifests/v1']) {
      const response = await fetch(new URL(path, url));
      expect(response.status).toBe(503);
      expect(await response.text()).toContain('PASSWORD is missing: USERNAME is set, and needs it');
    }
  });

  it('names the secret that is too short', async () => {
    const url = await started('src/on-kv.ts', { ...example, TOKEN_SECRET: 'short' });
    const response = await fetch(new URL('/v2/', url));
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({
      errors: [{ message: expect.stringContaining('TOKEN_SECRET must have at least 32 characters') }],
    });
  });
});
