import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { buildImage } from '@coracle/registry';
import type { Miniflare } from 'miniflare';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { bundled } from './bundle.ts';
import { describeWithWorkerd, startWorker } from './miniflare.ts';

/** The Worker in the README of the storage in Workers KV, as it stands there. */
const worker = new URL('kv-worker.mjs', import.meta.url);
const readme = new URL('../../packages/storage-cloudflare-kv/README.md', import.meta.url);

it('is the Worker that the README shows', async () => {
  expect(await readFile(readme, 'utf8')).toContain(`\`\`\`js\n${await readFile(worker, 'utf8')}\`\`\``);
});

describeWithWorkerd('a Worker of those lines, without nodejs_compat', () => {
  const MiB = 1024 * 1024;
  const credentials = { authorization: `Basic ${btoa('AWS:any')}` };
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let script: string;
  let running: Miniflare;
  let url: URL;

  /** An isolate that has seen nothing, on the KV that there is. */
  async function start(): Promise<void> {
    await running?.dispose();
    running = startWorker(script, { kvNamespaces: ['REGISTRY'], kvPersist: folder.path });
    url = await running.ready;
  }

  const send = (path: string, { headers, ...init }: RequestInit = {}) =>
    fetch(new URL(path, url), { ...init, headers: { ...credentials, ...headers } });

  async function pushBlob(digest: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const begun = await send('/v2/team/web/blobs/uploads/', { method: 'POST' });
    expect(begun.status).toBe(202);
    const upload = begun.headers.get('location') ?? '';
    expect((await send(upload, { method: 'PATCH', body: bytes })).status).toBe(202);
    expect((await send(`${upload}?digest=${digest}`, { method: 'PUT' })).status).toBe(201);
  }

  const digestOf = (bytes: Uint8Array) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

  beforeAll(async () => {
    [folder, script] = await Promise.all([temporaryFolder(), bundled(worker)]);
    await start();
  });

  afterAll(async () => {
    await running?.dispose();
    await folder?.remove();
  });

  it('takes a push and gives it back, also in an isolate that has just begun', async () => {
    const layer = Uint8Array.from({ length: 20 * MiB + 7 }, (_, i) => (i * i) % 251);
    const image = await buildImage({ layers: [layer, 'small'] });
    for (const { digest, bytes } of image.blobs) await pushBlob(digest, new Uint8Array(bytes));
    const manifest = { method: 'PUT', headers: { 'content-type': image.mediaType }, body: image.manifest };
    expect((await send('/v2/team/web/manifests/v1', manifest)).status).toBe(201);

    for (const again of [false, true]) {
      if (again) await start();
      const pulled = await send('/v2/team/web/manifests/v1');
      expect(pulled.headers.get('docker-content-digest')).toBe(image.digest);
      expect(await pulled.text()).toBe(image.manifest);
      for (const { digest, bytes } of image.blobs) {
        const blob = await send(`/v2/team/web/blobs/${digest}`);
        expect(blob.headers.get('content-length')).toBe(String(bytes.length));
        expect(digestOf(new Uint8Array(await blob.arrayBuffer()))).toBe(digest);
      }
      expect(await (await send('/v2/team/web/tags/list')).json()).toEqual({ name: 'team/web', tags: ['v1'] });
    }
  });

  it('goes on with an upload that another isolate has begun', async () => {
    const bytes = Uint8Array.from({ length: 9 * MiB }, (_, i) => (i * 7) % 251);
    const digest = digestOf(bytes);
    const upload = (await send('/v2/team/web/blobs/uploads/', { method: 'POST' })).headers.get('location') ?? '';
    expect((await send(upload, { method: 'PATCH', body: bytes.subarray(0, 5 * MiB) })).status).toBe(202);
    await start();
    expect((await send(upload, { method: 'PATCH', body: bytes.subarray(5 * MiB) })).status).toBe(202);
    await start();
    expect((await send(`${upload}?digest=${digest}`, { method: 'PUT' })).status).toBe(201);
  });

  it('knows the tokens that an isolate before it has given', async () => {
    const login = async () => {
      const target = 'AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken';
      const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target };
      const signed =
        'AWS4-HMAC-SHA256 Credential=210987654321/20260101/eu-west-1/ecr/aws4_request, SignedHeaders=host, Signature=0';
      const answer = await send('/', { method: 'POST', headers: { ...headers, authorization: signed }, body: '{}' });
      const { authorizationData } = (await answer.json()) as { authorizationData: { authorizationToken: string }[] };
      return authorizationData[0]?.authorizationToken ?? '';
    };
    const authorization = `Basic ${await login()}`;
    const begin = () => send('/v2/theirs/blobs/uploads/', { method: 'POST', headers: { authorization } });
    const upload = (await begin()).headers.get('location') ?? '';
    await start();
    // The repository is the other account's, which only the token says.
    expect((await send(upload)).status).toBe(404);
    expect((await send(upload, { headers: { authorization } })).status).toBe(204);
  });
});
