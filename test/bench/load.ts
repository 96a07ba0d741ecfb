import { createHash, randomBytes } from 'node:crypto';
import { RawClient } from './raw-client.ts';

// The load generator, in a process of its own: `load.ts <origin> <origin>` does the same to each server, and prints how
// many milliseconds it took as JSON. It leaves a manifest at `bench/web:latest`.

const mebibyte = 1024 * 1024;
const repository = 'bench/web';
const manifestType = 'application/vnd.oci.image.manifest.v1+json';

interface Blob {
  readonly bytes: Uint8Array;
  readonly digest: string;
}

const digestOf = (bytes: Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
const large = randomBytes(200 * mebibyte);
const small = Array.from({ length: 50 }, () => randomBytes(mebibyte));
/** Other bytes than any time before: what a registry has already costs it nothing. */
const renewed = (bytes: Buffer): Blob => {
  randomBytes(16).copy(bytes);
  return { bytes, digest: digestOf(bytes) };
};

/** As docker does it: asked for, sent in one chunk, and named. */
async function push(client: RawClient, { bytes, digest }: Blob): Promise<void> {
  const uploads = `/v2/${repository}/blobs/uploads/`;
  const started = await wanted(202, client.request('POST', uploads));
  const headers = { 'content-type': 'application/octet-stream' };
  const sent = await wanted(202, client.request('PATCH', pathOf(started.headers), { headers, body: bytes }));
  const path = pathOf(sent.headers);
  await wanted(201, client.request('PUT', `${path}${path.includes('?') ? '&' : '?'}digest=${digest}`));
}

function pathOf(headers: ReadonlyMap<string, string>): string {
  const { pathname, search } = new URL(headers.get('location') ?? '', 'http://localhost');
  return pathname + search;
}

async function wanted(status: number, answer: ReturnType<RawClient['request']>) {
  const given = await answer;
  if (given.status !== status) throw new Error(`It should have been answered with ${status}, not ${given.status}`);
  return given;
}

async function pull(client: RawClient, { bytes, digest }: Blob): Promise<void> {
  const answer = await wanted(200, client.request('GET', `/v2/${repository}/blobs/${digest}`));
  if (answer.bytes !== bytes.length) throw new Error(`${answer.bytes} bytes came`);
}

async function pushManifest(client: RawClient): Promise<void> {
  const config = { bytes: Buffer.from('{}'), digest: digestOf(Buffer.from('{}')) };
  const layer = renewed(small[0] as Buffer);
  await push(client, config);
  await push(client, layer);
  const manifest = {
    schemaVersion: 2,
    mediaType: manifestType,
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', size: config.bytes.length, digest: config.digest },
    layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar', size: layer.bytes.length, digest: layer.digest }],
  };
  const body = Buffer.from(JSON.stringify(manifest));
  const path = `/v2/${repository}/manifests/latest`;
  await wanted(201, client.request('PUT', path, { headers: { 'content-type': manifestType }, body }));
}

async function timed(task: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await task();
  return performance.now() - start;
}

const times: Record<'pushOfOne' | 'pull' | 'pushOfMany', number>[] = [];
for (const origin of process.argv.slice(2)) {
  const client = new RawClient(origin);
  const pushMany = async (blobs: readonly Blob[]) => {
    for (const blob of blobs) await push(client, blob);
  };
  // For the compiler.
  await pushMany(small.map(renewed));
  const many = small.map(renewed);
  const one = renewed(large);
  times.push({
    pushOfMany: await timed(() => pushMany(many)),
    pushOfOne: await timed(() => push(client, one)),
    pull: await timed(() => pull(client, one)),
  });
  await pushManifest(client);
  client.close();
}
console.log(JSON.stringify(times));
