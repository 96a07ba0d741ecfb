import { createEngine, type Engine, ecr, ecrPublic } from '@coracle/core';
import { memoryStorage } from '@coracle/storage-memory';

/** The repository of most tests, which is private. */
export const repository = 'team/web';

/** A registry in memory with an empty private repository. */
export async function registryWithRepository(): Promise<Engine> {
  const registry = createEngine({ storage: memoryStorage(), services: [ecrPublic, ecr], registryAlias: 'harbour' });
  await registry.ecr.createRepository({ repositoryName: repository });
  return registry;
}

const place = { host: 'localhost', path: repository };

/** The tags of the repository. */
export const tagsOf = async ({ distribution }: Engine): Promise<string[]> => (await distribution.getTags(place)).tags;

/** The manifest that a tag or a digest names, as text. */
export async function manifestOf({ distribution }: Engine, reference: string): Promise<string> {
  return new TextDecoder().decode((await distribution.getManifest(place, reference)).bytes);
}

/** The content of a blob of the repository. */
export async function blobOf({ distribution }: Engine, digest: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of (await distribution.getBlob(place, digest)).read()) chunks.push(chunk);
  return new Uint8Array(await new Blob(chunks as Uint8Array<ArrayBuffer>[]).arrayBuffer());
}
