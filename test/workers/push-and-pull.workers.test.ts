import { SELF } from 'cloudflare:test';
import { buildImage } from '@coracle/registry';
import { describe, expect, it } from 'vitest';

/** The requests of clients to a registry inside of workerd. */

const MiB = 1024 * 1024;
const credentials = { authorization: `Basic ${btoa('AWS:any')}` };

interface Init {
  readonly method?: string;
  readonly body?: BodyInit;
  readonly headers?: Record<string, string>;
}

const send = (path: string, { headers, ...init }: Init = {}): Promise<Response> =>
  SELF.fetch(new URL(path, 'http://registry.test').href, { ...init, headers: { ...credentials, ...headers } });

async function withRepository(repositoryName: string): Promise<void> {
  const response = await send('/', {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'AmazonEC2ContainerRegistry_V20150921.CreateRepository',
    },
    body: JSON.stringify({ repositoryName }),
  });
  expect(response.status).toBe(200);
}

async function startUpload(repository: string): Promise<string> {
  const response = await send(`/v2/${repository}/blobs/uploads/`, { method: 'POST' });
  expect(response.status).toBe(202);
  return response.headers.get('location') ?? '';
}

/** A stream of the bytes that is read in chunks of 1 MiB. */
function streamOf(bytes: Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.slice(at, at + MiB));
      at += MiB;
    },
  });
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return `sha256:${[...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

describe('a registry in workerd', () => {
  it('takes a layer of several pieces as a stream, and gives it with its length, whole and in part', async () => {
    await withRepository('team/large');
    const bytes = new Uint8Array(20 * MiB + 7).map((_, i) => (i * i) % 251);
    const digest = await sha256(bytes);
    const upload = await startUpload('team/large');
    const patched = await send(upload, { method: 'PATCH', body: streamOf(bytes) });
    expect(patched.status).toBe(202);
    expect(patched.headers.get('range')).toBe(`0-${bytes.length - 1}`);
    expect((await send(`${upload}?digest=${digest}`, { method: 'PUT' })).status).toBe(201);

    const head = await send(`/v2/team/large/blobs/${digest}`, { method: 'HEAD' });
    expect(head.headers.get('content-length')).toBe(String(bytes.length));
    const whole = await send(`/v2/team/large/blobs/${digest}`);
    expect(whole.headers.get('content-length')).toBe(String(bytes.length));
    expect(await sha256(new Uint8Array(await whole.arrayBuffer()))).toBe(digest);

    const range = `bytes=${8 * MiB - 1}-${16 * MiB}`;
    const part = await send(`/v2/team/large/blobs/${digest}`, { headers: { range } });
    expect(part.status).toBe(206);
    expect(part.headers.get('content-length')).toBe(String(8 * MiB + 2));
    expect(await sha256(new Uint8Array(await part.arrayBuffer()))).toBe(
      await sha256(bytes.slice(8 * MiB - 1, 16 * MiB + 1)),
    );
  });

  it('takes an image and gives it back', async () => {
    await withRepository('team/web');
    const image = await buildImage({ layers: ['one', 'two'] });
    for (const { digest, bytes } of image.blobs) {
      const put = await send(`/v2/team/web/blobs/uploads/?digest=${digest}`, {
        method: 'POST',
        body: bytes as Uint8Array<ArrayBuffer>,
      });
      expect(put.status).toBe(201);
    }
    const pushed = await send('/v2/team/web/manifests/v1', {
      method: 'PUT',
      headers: { 'content-type': image.mediaType },
      body: image.manifest,
    });
    expect(pushed.status).toBe(201);
    const pulled = await send('/v2/team/web/manifests/v1');
    expect(pulled.headers.get('docker-content-digest')).toBe(image.digest);
    expect(await pulled.text()).toBe(image.manifest);
  });

  it('goes on when a client turns away in the midst of a blob', async () => {
    await withRepository('team/left');
    const bytes = new Uint8Array(20 * MiB).map((_, i) => i % 251);
    const digest = await sha256(bytes);
    const put = await send(`/v2/team/left/blobs/uploads/?digest=${digest}`, { method: 'POST', body: streamOf(bytes) });
    expect(put.status).toBe(201);
    const pulled = await send(`/v2/team/left/blobs/${digest}`);
    const reader = pulled.body?.getReader();
    expect((await reader?.read())?.value?.length).toBeGreaterThan(0);
    await reader?.cancel();
    const again = await send(`/v2/team/left/blobs/${digest}`);
    expect(await sha256(new Uint8Array(await again.arrayBuffer()))).toBe(digest);
  });
});
