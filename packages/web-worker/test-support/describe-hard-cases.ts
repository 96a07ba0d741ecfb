import { describe, expect, it } from 'vitest';
import { MiB, place, rejection, type Start, sha256, someBytes } from './given.ts';

const noDigest = `sha256:${'0'.repeat(64)}`;
const base = 'http://localhost:4747/v2/web/';

const hasByteStreams = canMakeByteStream();

/** A stream that never ends, and a promise of the reason for which it is cancelled. */
function endless(chunk: unknown = new Uint8Array(10)): {
  stream: ReadableStream<Uint8Array>;
  cancelled: Promise<unknown>;
} {
  let cancel = (_reason: unknown) => {};
  const cancelled = new Promise<unknown>((resolve) => {
    cancel = resolve;
  });
  const stream = new ReadableStream<Uint8Array>(
    { pull: (controller) => controller.enqueue(chunk as Uint8Array), cancel: (reason) => cancel(reason) },
    { highWaterMark: 0 },
  );
  return { stream, cancelled };
}

/** Describes what a registry in another thread does with unusual arguments, and when calls and streams end early. */
export function describeHardCases(name: string, start: Start): void {
  describe(`${name}, in hard cases`, () => {
    describe('streams', () => {
      const content = someBytes(100);
      const large = new Uint8Array(1000);
      large.set(content, 500);
      const isolated = typeof SharedArrayBuffer === 'function' ? new Uint8Array(new SharedArrayBuffer(100)) : undefined;
      isolated?.set(content);
      const sources: [string, () => ReadableStream<Uint8Array> | Iterable<Uint8Array>][] = [
        ['parts of a larger buffer', () => [large.subarray(500, 550), large.subarray(550, 600)]],
        ['empty chunks between others', () => [large.subarray(0, 0), content, large.subarray(0, 0)]],
        ['shared memory', () => [isolated ?? content]],
      ];
      it.each(sources)('take %s', async (_, source) => {
        const registry = await start();
        const digest = await sha256(content);
        await registry.distribution.putBlob(place, digest, source());
        expect((await registry.distribution.getBlob(place, digest)).size).toBe(100);
        expect([content.byteLength, large.byteLength]).toEqual([100, 1000]);
      });

      // WebKit does not have byte streams.
      it.skipIf(!hasByteStreams)('take a byte stream', async () => {
        const registry = await start();
        const source: UnderlyingByteSource = {
          type: 'bytes',
          start(controller) {
            controller.enqueue(content.slice(0, 40));
            controller.enqueue(large.slice().subarray(540, 600));
            controller.close();
          },
        };
        const digest = await sha256(content);
        await registry.distribution.putBlob(place, digest, new ReadableStream(source));
        expect((await registry.distribution.getBlob(place, digest)).size).toBe(100);
      });

      it('are cancelled if the registry refuses the call without reading them', async () => {
        const registry = await start();
        const { stream, cancelled } = endless();
        expect(await rejection(registry.distribution.putBlob(place, 'no digest', stream))).toBeInstanceOf(Error);
        expect(await cancelled).toMatchObject({ name: 'AbortError' });
      });

      it('are cancelled if another argument cannot be sent', async () => {
        const registry = await start();
        const { stream, cancelled } = endless();
        const error = await rejection(
          registry.distribution.putBlob(place, noDigest, stream, { all: [() => undefined] } as never),
        );
        expect(error).toBeInstanceOf(TypeError);
        expect((error as Error).message).toMatch(/^An argument of distribution.putBlob cannot be sent to the worker: /);
        await cancelled;
        const other = endless();
        await rejection(registry.distribution.putBlob(place, noDigest, other.stream, (() => undefined) as never));
        await other.cancelled;
      });

      it('are cancelled if their chunks are not bytes', async () => {
        const registry = await start();
        const { stream, cancelled } = endless('text');
        expect(await rejection(registry.distribution.putBlob(place, noDigest, stream))).toMatchObject({
          cause: new TypeError('The chunks of a stream must be Uint8Arrays, not [object String]'),
        });
        await cancelled;
      });

      it('are refused if they are locked', async () => {
        const registry = await start();
        const { stream } = endless();
        stream.getReader();
        expect(await rejection(registry.distribution.putBlob(place, noDigest, stream))).toBeInstanceOf(TypeError);
      });

      it('fail in the middle if the connection is closed', async () => {
        const registry = await start();
        const digest = await pushed(registry);
        const { body } = await registry.fetch(`${base}blobs/${digest}`);
        const reader = (body as ReadableStream<Uint8Array>).getReader();
        await reader.read();
        await registry.close();
        expect(await rejection(readAll(reader))).toMatchObject({ name: 'AbortError' });
      });

      it('can be cancelled by the reader, and the registry goes on', async () => {
        const registry = await start();
        const digest = await pushed(registry);
        const { body } = await registry.fetch(`${base}blobs/${digest}`);
        await body?.cancel(new Error('enough'));
        expect((await registry.fetch(`${base}blobs/${digest}`, { method: 'HEAD' })).status).toBe(200);
      });
    });

    describe('signals', () => {
      it('end a call before it begins', async () => {
        const registry = await start();
        const reason = new Error('too late');
        const { stream } = endless();
        const signal = AbortSignal.abort(reason);
        const url = `${base}blobs/uploads/`;
        expect(await rejection(registry.fetch(url, { method: 'POST', body: stream, signal }))).toBe(reason);
        expect(await rejection(registry.fetch(new Request(url, { signal })))).toBe(reason);
      });

      it('end the body of a response', async () => {
        const registry = await start();
        const digest = await pushed(registry);
        const abort = new AbortController();
        const { body } = await registry.fetch(new Request(`${base}blobs/${digest}`, { signal: abort.signal }));
        const reader = (body as ReadableStream<Uint8Array>).getReader();
        await reader.read();
        abort.abort(new Error('enough'));
        expect(await rejection(readAll(reader))).toMatchObject({ message: 'enough' });
      });

      it('end thousands of calls at once', async () => {
        const registry = await start();
        await registry.intercept('getTags', { delay: 2 ** 30 });
        const abort = new AbortController();
        const { signal } = abort;
        const calls = Array.from({ length: 2000 }, () => rejection(registry.fetch(`${base}tags/list`, { signal })));
        const others = Array.from({ length: 2000 }, () => registry.ecr.describeRepositories());
        expect((await Promise.all(others)).every(({ repositories }) => repositories.length === 1)).toBe(true);
        abort.abort();
        expect(new Set(await Promise.all(calls))).toEqual(new Set([signal.reason]));
      });
    });

    describe('fetch', () => {
      const bodies: [string, BodyInit][] = [
        ['a form', new URLSearchParams({ a: '1' })],
        ['a string', 'a=1'],
        ['a view', new DataView(new TextEncoder().encode('..a=1..').buffer, 2, 3)],
        ['shared memory', shared('a=1') as BodyInit],
      ];
      it.each(bodies)('takes %s as the body', async (_, body) => {
        const registry = await start();
        const digest = await sha256(new TextEncoder().encode('a=1'));
        const { headers } = await registry.fetch(`${base}blobs/uploads/`, { method: 'POST' });
        const url = `${new URL(headers.get('location') ?? '', base)}?digest=${digest}`;
        expect((await registry.fetch(url, { method: 'PUT', body })).status).toBe(201);
      });

      it('takes a stream as the body of a request in JSON', async () => {
        const registry = await start();
        const body = new Blob([JSON.stringify({ repositoryName: 'by-stream' })]).stream();
        const headers = { 'x-amz-target': 'SpencerFrontendService.CreateRepository' };
        const response = await registry.fetch('http://localhost:4747/', { method: 'POST', headers, body });
        expect(await response.json()).toMatchObject({ repository: { repositoryName: 'by-stream' } });
      });

      it('gives responses without a body', async () => {
        const registry = await start();
        const { headers } = await registry.fetch(`${base}blobs/uploads/`, { method: 'POST' });
        const ended = await registry.fetch(new URL(headers.get('location') ?? '', base), { method: 'DELETE' });
        expect([ended.status, ended.body]).toEqual([204, null]);
      });

      it('refuses a GET with a body, as fetch() does', async () => {
        const registry = await start();
        expect(await rejection(registry.fetch(base, { body: 'text' }))).toBeInstanceOf(TypeError);
        expect(await rejection(registry.fetch(base, { body: endless().stream }))).toBeInstanceOf(TypeError);
      });
    });

    it('rejects calls without their arguments', async () => {
      const registry = await start();
      const { importImage, exportImage, seed, intercept } = registry as unknown as Record<string, () => Promise<never>>;
      for (const call of [importImage, exportImage, seed, intercept]) {
        expect(await rejection((call as () => Promise<never>)())).toBeInstanceOf(TypeError);
      }
    });

    it('reports all progress of an import before the import resolves', async () => {
      const registry = await start();
      await registry.seed({ private: { web: ['v1'] } });
      const tar = await new Response(await registry.exportImage({ repository: 'web', reference: 'v1' })).blob();
      const reports: unknown[] = [];
      const options = { repository: 'copy', createRepository: true };
      await registry.importImage(tar, { ...options, onProgress: (progress) => void reports.push(progress) });
      const { length } = reports;
      expect(length).toBeGreaterThan(0);
      await registry.guarantees();
      expect(reports).toHaveLength(length);
    });

    it('ends an import with the error that onProgress has thrown', async () => {
      const registry = await start();
      await registry.seed({ private: { web: ['v1'] } });
      const tar = await new Response(await registry.exportImage({ repository: 'web', reference: 'v1' })).blob();
      const wrong = new Error('no such element');
      const onProgress = () => {
        throw wrong;
      };
      const options = { repository: 'copy', createRepository: true, onProgress };
      expect(await rejection(registry.importImage(tar, options))).toBe(wrong);
    });

    it('refuses listeners after close()', async () => {
      const registry = await start();
      await registry.close();
      expect(() => registry.events.on('push', () => undefined)).toThrow('was closed by close()');
      expect(() => registry.events.on('pushed' as never, () => undefined)).toThrow("Unknown event 'pushed'");
    });

    it('carries errors whose causes form a circle', async () => {
      const registry = await start();
      const fail = new RangeError('round', { cause: new Error('and round') });
      (fail.cause as Error).cause = fail;
      await registry.intercept('DescribeRepositories', { fail });
      const error = await rejection(registry.ecr.describeRepositories());
      expect(error).toBeInstanceOf(RangeError);
      expect(error).toMatchObject({ message: 'round', cause: { message: 'and round' } });
    });
  });
}

function canMakeByteStream(): boolean {
  try {
    return Boolean(new ReadableStream({ type: 'bytes' }));
  } catch {
    return false;
  }
}

function shared(text: string): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  if (typeof SharedArrayBuffer !== 'function') return bytes;
  const memory = new Uint8Array(new SharedArrayBuffer(bytes.length));
  memory.set(bytes);
  return memory;
}

/** Pushes a blob that does not come in one piece, and returns its digest. */
async function pushed(registry: Awaited<ReturnType<Start>>): Promise<string> {
  const content = someBytes(12 * MiB);
  const digest = await sha256(content);
  await registry.distribution.putBlob(place, digest, content);
  return digest;
}

async function readAll(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  while (!(await reader.read()).done);
}
