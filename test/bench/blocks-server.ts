import { createHash } from 'node:crypto';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { serve } from '@coracle/cli';
import { createRegistry } from '@coracle/registry';
import { alias, big, imageCount, referrerCount, subject, tagsPerImage } from './blocks-state.ts';

// A server with the worst state that a client may leave behind, in a process of its own: each message asks for the
// longest block of its event loop since the message before.

const manifestType = 'application/vnd.oci.image.manifest.v1+json';
const digestOf = (bytes: Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

const registry = createRegistry({
  readOnlyBodies: true,
  createOnPush: true,
  registryAlias: alias,
  maxBufferedBytes: 256 * 1024 * 1024,
  limits: { public: { imagesPerRepository: 1_000_000 } },
});
const { ecrPublic, distribution } = registry;

for (const repositoryName of [big, 'referrers', 'web']) await ecrPublic.createRepository({ repositoryName });
const content = new TextEncoder().encode('{}');
const config = { mediaType: 'application/vnd.oci.empty.v1+json', digest: digestOf(content), size: content.length };
async function* inOneChunk(): AsyncGenerator<Uint8Array> {
  yield content;
}

async function fill(repositoryName: string, count: number, more: object, tags: (n: number) => string[]): Promise<void> {
  const at = await distribution.locate('public.ecr.aws', `${alias}/${repositoryName}`);
  await distribution.putBlob(at, config.digest, inOneChunk());
  for (let n = 0; n < count; n++) {
    const manifest = {
      schemaVersion: 2,
      mediaType: manifestType,
      config,
      layers: [],
      ...more,
      annotations: { n: `${n}` },
    };
    const bytes = new TextEncoder().encode(JSON.stringify(manifest));
    await distribution.putManifest(at, digestOf(bytes), { bytes, mediaType: manifestType, tags: tags(n) });
  }
}

await fill(big, imageCount, {}, (n) => Array.from({ length: tagsPerImage }, (_, nth) => `t${n}-${nth}`));
const ofSubject = { subject: { mediaType: manifestType, digest: subject, size: 1 }, artifactType: 'a/b' };
await fill('referrers', referrerCount, ofSubject, () => []);
await fill('web', 1, {}, () => ['latest']);

const server = await serve({ port: 0, registry });
const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
process.on('message', () => {
  process.send?.(delay.max / 1e6);
  // The cost of this turn itself must not count for the next request.
  setTimeout(() => delay.reset(), 5);
});
process.send?.(server.url);
