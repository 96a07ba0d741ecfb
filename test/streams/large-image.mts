import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { buildArtifact } from '@coracle/registry';
import { createEngine, type Engine, ecr, type Storage } from '@coracle/registry/core';
import { exportImage, importImage } from '@coracle/registry/image-tar';
import { fromPath } from '@coracle/registry/image-tar/node';
import { memoryStorage } from '@coracle/storage-memory';
import { growthDuring } from './growth.mts';

/*
 * Exports an image with a layer of so many MiB and imports it again, from the stream itself, from a file with gzip and
 * from a file, in a process of its own. Prints by how many MiB the process grew at the most in each step.
 */

const MiB = 1024 * 1024;
const size = Number(process.argv[2]) * MiB;
const chunk = 64 * 1024;
const repository = 'big';
const place = { host: 'localhost', path: repository };

/** Content that is made as it is read: each chunk is numbered, all else is the same. */
function* content(length: number): Generator<Uint8Array> {
  for (let at = 0; at < length; at += chunk) {
    const bytes = new Uint8Array(chunk).fill(7);
    new DataView(bytes.buffer).setUint32(0, at / chunk);
    yield bytes;
  }
}

/** A storage that keeps records, and forgets the content of blobs. */
function forgetful(): Storage {
  const bytes = { put: async () => undefined, get: async () => undefined, remove: async () => undefined };
  return { records: memoryStorage().records, bytes: { maxBytes: 64 * MiB, ...bytes } };
}

/**
 * A storage that makes the pieces of `content` again when they are read, in a few buffers, so that the memory in a test
 * is that of exports and imports.
 */
function generating(): Storage {
  const small = new Map<string, Uint8Array>();
  const large = new Map<string, { readonly size: number; readonly first: number }>();
  const buffers = Array.from({ length: 6 }, () => new Uint8Array(8 * MiB).fill(7));
  let turn = 0;
  const get = async (id: string): Promise<Uint8Array | undefined> => {
    const piece = large.get(id);
    const buffer = buffers[turn++ % buffers.length];
    if (!piece || !buffer) return small.get(id);
    const numbers = new DataView(buffer.buffer);
    for (let at = 0; at < piece.size; at += chunk) numbers.setUint32(at, piece.first + at / chunk);
    return buffer.subarray(0, piece.size);
  };
  const put = async (id: string, bytes: Uint8Array): Promise<void> => {
    if (bytes.length < chunk) small.set(id, bytes.slice());
    else large.set(id, { size: bytes.length, first: new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) });
  };
  return {
    records: memoryStorage().records,
    bytes: { maxBytes: 64 * MiB, put, get, remove: async () => undefined },
  };
}

async function engineWith(storage: Storage): Promise<Engine<readonly [typeof ecr]>> {
  const engine = createEngine({ storage, services: [ecr] });
  await engine.ecr.createRepository({ repositoryName: repository });
  return engine;
}

/** Puts an image with a large layer into a registry. Returns the digest of the image. */
async function push({ distribution }: Engine<readonly [typeof ecr]>, length: number): Promise<string> {
  const hash = createHash('sha256');
  for (const bytes of content(length)) hash.update(bytes);
  const digest = `sha256:${hash.digest('hex')}`;
  await distribution.putBlob(place, digest, content(length));
  const { blobs, manifest, mediaType } = await buildArtifact({ artifactType: 'text/x-large', files: ['replaced'] });
  const [config] = blobs;
  if (config) await distribution.putBlob(place, config.digest, config.bytes);
  const layers = [{ mediaType: 'application/octet-stream', digest, size: length }];
  const bytes = JSON.stringify({ ...JSON.parse(manifest), layers });
  return (await distribution.putManifest(place, 'v1', { bytes, mediaType })).digest;
}

const from = await engineWith(generating());
const file = join(tmpdir(), `coracle-large-image-${process.pid}.tar`);

/** The steps, each with the digest that it finds. */
const steps = {
  stream: async () => {
    const stream = await exportImage(from, { repository, reference: 'v1' });
    return (await importImage(await engineWith(forgetful()), stream, { repository })).digest;
  },
  export: async (digest: string) => {
    const stream = await exportImage(from, { repository, reference: 'v1' });
    await pipeline(Readable.fromWeb(stream as Parameters<typeof Readable.fromWeb>[0]), createWriteStream(file));
    return digest;
  },
  gzip: async (digest: string) => {
    await pipeline(createReadStream(file), createGzip({ level: 1 }), createWriteStream(`${file}.gz`));
    return digest;
  },
  gunzip: async () =>
    (await importImage(await engineWith(forgetful()), await fromPath(`${file}.gz`), { repository })).digest,
  file: async () => (await importImage(await engineWith(forgetful()), await fromPath(file), { repository })).digest,
};

// The first runs load and compile code, which must not count for the layer.
const small = await push(from, 24 * MiB);
for (const step of Object.values(steps)) await step(small);
const digest = await push(from, size);

const results: Record<string, object> = {};
for (const [name, step] of Object.entries(steps)) {
  const { result, grownBy } = await growthDuring(() => step(digest), { withoutGarbage: true });
  results[name] = { same: result === digest, grownBy };
}
await rm(file);
await rm(`${file}.gz`);
console.log(JSON.stringify(results));
