import { createHash } from 'node:crypto';
import { createEngine, ecr, ecrPublic } from '@coracle/registry/core';
import { createFetchHandler } from '@coracle/registry/fetch-handler';
import { fileStorage } from './file-storage.ts';
import { growthDuring } from './growth.mts';

/*
 * Pushes a layer of so many MiB through the fetch handler and pulls it again, in a process of its own, and prints
 * by how many MiB the process grew at the most, and whether what came back is what went in.
 */

const MiB = 1024 * 1024;
const size = Number(process.argv[2]) * MiB;
const chunk = 64 * 1024;

/** Content that is made as it is asked for: each chunk is numbered, all else is the same. */
function* content(length: number): Generator<Uint8Array> {
  for (let at = 0; at < length; at += chunk) {
    const bytes = new Uint8Array(chunk).fill(7);
    new DataView(bytes.buffer).setUint32(0, at / chunk);
    yield bytes;
  }
}

function streamOf(chunks: Iterator<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream(
    {
      pull: (controller) => {
        const { done, value } = chunks.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
    },
    { highWaterMark: 0 },
  );
}

const storage = await fileStorage();
const engine = createEngine({ storage, services: [ecrPublic, ecr] });
const fetch = createFetchHandler(engine, { createOnPush: true });
const call = async (path: string, method: string, body?: ReadableStream<Uint8Array> | string): Promise<Response> => {
  const init = body === undefined ? { method } : { method, body, duplex: 'half' };
  const response = await fetch(new Request(`http://registry${path}`, init));
  if (response.status >= 300) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return response;
};

async function roundTrip(length: number): Promise<boolean> {
  const start = await call('/v2/big/blobs/uploads/', 'POST');
  const location = start.headers.get('location') ?? '';
  const sent = createHash('sha256');
  const chunks = (function* () {
    for (const bytes of content(length)) {
      sent.update(bytes);
      yield bytes;
    }
  })();
  await call(location, 'PATCH', streamOf(chunks));
  const digest = `sha256:${sent.digest('hex')}`;
  await call(`${location}?digest=${digest}`, 'PUT');
  const pulled = createHash('sha256');
  const response = await call(`/v2/big/blobs/${digest}`, 'GET');
  for await (const bytes of response.body ?? []) pulled.update(bytes);
  return `sha256:${pulled.digest('hex')}` === digest;
}

// The first requests load and compile code, which must not count for the layer.
await roundTrip(24 * MiB);
const { result: same, grownBy } = await growthDuring(() => roundTrip(size));
await storage.close?.();
console.log(JSON.stringify({ same, grownBy }));
