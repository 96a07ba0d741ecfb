import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { type BuiltImage, buildImage } from '@coracle/core/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { coracleServe, type ServedProcess } from '../conformance/server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** `coracle serve --data`, killed in the middle of pushes over HTTP, and started again. */

const MiB = 1024 * 1024;
const digestOf = (bytes: Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
const images = await Promise.all(
  [1, 2, 3, 4].map((n) => buildImage({ layers: [new Uint8Array(n * MiB).fill(n), `small ${n}`] })),
);

type Ask = (path: string, method?: string, body?: Uint8Array | string, type?: string) => Promise<Response>;

const asking =
  ({ host }: ServedProcess): Ask =>
  (path, method = 'GET', body, type = 'application/octet-stream') =>
    fetch(new URL(path, `http://${host}`), {
      method,
      headers: { 'content-type': type },
      ...(body === undefined ? {} : { body: body as BodyInit }),
    });

/** The writes that were acknowledged to a client. */
interface Told {
  readonly blobs: string[];
  tag: boolean;
}

/** Pushes an image as docker does: each blob in one chunk, then the manifest. Ends when it gets no answer. */
async function push(ask: Ask, repository: string, image: BuiltImage): Promise<Told> {
  const told: Told = { blobs: [], tag: false };
  const done = async (answer: Promise<Response>, status: number): Promise<Response> => {
    const response = await answer;
    expect(response.status).toBe(status);
    return response;
  };
  try {
    for (const { digest, bytes } of image.blobs) {
      const started = await done(ask(`/v2/${repository}/blobs/uploads/`, 'POST'), 202);
      const patched = await done(ask(started.headers.get('location') ?? '', 'PATCH', bytes), 202);
      await done(ask(`${patched.headers.get('location')}?digest=${digest}`, 'PUT'), 201);
      told.blobs.push(digest);
    }
    await done(ask(`/v2/${repository}/manifests/v1`, 'PUT', image.manifest, image.mediaType), 201);
    told.tag = true;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
  return told;
}

/** Checks that acknowledged writes are kept, and that a tag leads to a complete image. */
async function expectKept(ask: Ask, repository: string, image: BuiltImage, { blobs, tag }: Told): Promise<void> {
  const manifest = await ask(`/v2/${repository}/manifests/v1`);
  expect([200, ...(tag ? [] : [404])]).toContain(manifest.status);
  if (manifest.status === 200) expect(await manifest.text()).toBe(image.manifest);
  const wanted = manifest.status === 200 ? image.blobs.map(({ digest }) => digest) : blobs;
  for (const digest of wanted) {
    const blob = await ask(`/v2/${repository}/blobs/${digest}`);
    expect(digestOf(new Uint8Array(await blob.arrayBuffer()))).toBe(digest);
  }
}

async function folder(): Promise<string> {
  const { path, remove } = await temporaryFolder();
  onTestFinished(remove);
  return path;
}

async function serving(data: string): Promise<ServedProcess> {
  const server = await coracleServe(['--data', data]);
  onTestFinished(() => server.kill());
  return server;
}

describe('coracle serve --data', { timeout: 120_000 }, () => {
  it('has what it acknowledged in pushes of four clients at once, whenever it was killed', async () => {
    const data = await folder();
    let server = await serving(data);
    // All of them make 40 requests.
    for (const at of [7, 14, 21, 28, 35]) {
      const { kill } = server;
      const ask = asking(server);
      let asked = 0;
      const pushes = images.map((image, n) => {
        const repository = `killed-at-${at}/${n}`;
        const counting: Ask = (...request) => {
          if (++asked === at) void kill();
          return ask(...request);
        };
        return { repository, image, told: push(counting, repository, image) };
      });
      const told = await Promise.all(pushes.map((one) => one.told));
      expect(told.filter(({ tag }) => tag).length).toBeLessThan(images.length);

      server = await serving(data);
      const again = asking(server);
      for (const [n, { repository, image }] of pushes.entries()) {
        await expectKept(again, repository, image, told[n]!);
        const all = { blobs: image.blobs.map(({ digest }) => digest), tag: true };
        expect(await push(again, repository, image)).toEqual(all);
        await expectKept(again, repository, image, all);
      }
    }
  });

  it('goes on with a layer of which it had acknowledged the beginning', async () => {
    const data = await folder();
    const layer = new Uint8Array(40 * MiB).map((_, i) => (i * i) % 251);
    const first = await serving(data);
    const started = await asking(first)('/v2/web/blobs/uploads/', 'POST');
    const upload = started.headers.get('location') ?? '';
    expect((await asking(first)(upload, 'PATCH', layer.subarray(0, 10 * MiB))).status).toBe(202);
    const patch = request(new URL(upload, `http://${first.host}`), {
      method: 'PATCH',
      headers: { 'content-length': 30 * MiB },
    }).on('error', () => undefined);
    const closed = new Promise((resolve) => patch.on('close', resolve));
    // The rest is more than the connection holds: when it is written, the server is busy with it.
    await new Promise<void>((resolve) => patch.write(layer.subarray(10 * MiB, 32 * MiB), () => resolve()));
    await first.kill();
    await closed;

    const second = await serving(data);
    const ask = asking(second);
    const status = await ask(upload);
    expect(status.status).toBe(204);
    const standing = Number(/^0-(\d+)$/.exec(status.headers.get('range') ?? '')?.[1]) + 1;
    expect(standing).toBeGreaterThanOrEqual(10 * MiB);
    const digest = digestOf(layer);
    expect((await ask(upload, 'PATCH', layer.subarray(standing))).status).toBe(202);
    expect((await ask(`${upload}?digest=${digest}`, 'PUT')).status).toBe(201);
    const pulled = await ask(`/v2/web/blobs/${digest}`);
    expect(digestOf(new Uint8Array(await pulled.arrayBuffer()))).toBe(digest);
  });
});
