import { type BuiltImage, createRegistry, type Registry, type Storage } from '@coracle/registry';

// The pages run this. It uses a public registry as a client of /v2/ would.

const registryAlias = 'harbour';
const base = `http://registry/v2/${registryAlias}/`;

export const openRegistry = (storage: Storage): Registry =>
  createRegistry({ storage, registryAlias, createOnPush: true });

async function ask(registry: Registry, method: string, path: string, init: RequestInit = {}): Promise<Response> {
  const response = await registry.fetch(new Request(new URL(path, base), { method, ...init }));
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return response;
}

/** Uploads a blob: a request to begin, one with its bytes, and one to finish. */
async function pushBlob(registry: Registry, name: string, digest: string, bytes: Uint8Array): Promise<void> {
  const { headers } = await ask(registry, 'POST', `${name}/blobs/uploads/`);
  const location = headers.get('location') ?? '';
  await ask(registry, 'PATCH', location, { body: bytes as BodyInit });
  await ask(registry, 'PUT', `${location}?digest=${digest}`);
}

export async function pushManifest(
  registry: Registry,
  name: string,
  image: Pick<BuiltImage, 'manifest' | 'mediaType'>,
  tag: string,
): Promise<void> {
  const headers = { 'content-type': image.mediaType };
  await ask(registry, 'PUT', `${name}/manifests/${tag}`, { headers, body: image.manifest });
}

/** @param acknowledged is told of each blob, and of the tag, when the registry has answered that it has them */
export async function pushImage(
  registry: Registry,
  name: string,
  image: BuiltImage,
  tag: string,
  acknowledged: (what: string) => Promise<void> = async () => undefined,
): Promise<void> {
  for (const { digest, bytes } of image.blobs) {
    await pushBlob(registry, name, digest, bytes);
    await acknowledged(digest);
  }
  await pushManifest(registry, name, image, tag);
  await acknowledged(tag);
}

/** By another hand than the engine's. */
export async function digestOf(content: ArrayBuffer | string): Promise<string> {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return `sha256:${[...hash].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

/** Another image of the same blobs. */
export const numbered = (image: BuiltImage, n: number | string): BuiltImage => ({
  ...image,
  manifest: JSON.stringify({ ...JSON.parse(image.manifest), annotations: { number: `${n}` } }),
});

/** Returns the SHA-256 of the body at a path, or undefined if the answer is 404. */
async function digestAt(registry: Registry, path: string): Promise<string | undefined> {
  const response = await registry.fetch(new Request(new URL(path, base)));
  if (response.status === 404) return undefined;
  if (!response.ok) throw new Error(`GET ${path}: ${response.status} ${await response.text()}`);
  return digestOf(await response.arrayBuffer());
}

/** Pulls the manifest of a tag and the blobs of an image. Returns the digest of each body that is there. */
export async function pull(
  registry: Registry,
  name: string,
  image: BuiltImage,
  tag: string,
): Promise<{ manifest: string | undefined; blobs: (string | undefined)[] }> {
  const blobs = image.blobs.map(({ digest }) => digestAt(registry, `${name}/blobs/${digest}`));
  return { manifest: await digestAt(registry, `${name}/manifests/${tag}`), blobs: await Promise.all(blobs) };
}

/** Compares the views of a repository with each other, and returns the differences. */
export async function disagreements(registry: Registry, storage: Storage, repositoryName: string): Promise<string[]> {
  const found: string[] = [];
  const images = new Map<string, readonly string[]>();
  const pageSize = 1000;
  for await (const page of registry.ecrPublic.paginateDescribeImages({ repositoryName }, { pageSize })) {
    for (const { imageDigest, imageTags = [] } of page.imageDetails) {
      if (images.has(imageDigest)) found.push(`${imageDigest} is listed twice`);
      images.set(imageDigest, imageTags);
    }
  }
  const tagsOfImages = [...images].flatMap(([digest, tags]) => tags.map((tag) => `${tag} on ${digest}`)).sort();
  const tags: string[] = [];
  for await (const page of registry.ecrPublic.paginateDescribeImageTags({ repositoryName }, { pageSize })) {
    for (const { imageTag, imageDetail } of page.imageTagDetails)
      tags.push(`${imageTag} on ${imageDetail.imageDigest}`);
  }
  if (tags.sort().join() !== tagsOfImages.join()) found.push(`tags: ${tags}; images' tags: ${tagsOfImages}`);
  const names = tags.map((tag) => tag.split(' ')[0]);
  if (new Set(names).size !== names.length) found.push(`a tag is on two images: ${tags}`);
  // All of them, unless there are many.
  for (const tag of names.slice(0, 100)) {
    const digest = await digestAt(registry, `${repositoryName}/manifests/${tag}`);
    if (!tags.includes(`${tag} on ${digest}`)) found.push(`${tag} pulls ${digest}`);
  }
  // How many there are is kept by itself, and seen by nobody until the quota is reached.
  const { entries } = await storage.records.list({ prefix: 'usage/', limit: 10 });
  const counted = JSON.stringify(entries.map(({ value }) => value));
  if (counted !== JSON.stringify([{ images: images.size }])) found.push(`${images.size} images, counted ${counted}`);
  return found;
}

/** Pushes so many times to ten tags: every other image is new, the rest are pushed by all who do this, again and again. */
export async function pushTurns(storage: Storage, name: string, image: BuiltImage, who: number, turns: number) {
  const registry = openRegistry(storage);
  for (let i = 0; i < turns; i++) {
    const number = i % 2 ? `${who}-${i}` : i % 40;
    await pushManifest(registry, name, numbered(image, number), `t${(i * (who + 1)) % 10}`);
  }
}
