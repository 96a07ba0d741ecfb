import type { BuiltImage } from '@coracle/core/testing';
import { packTar, type TarEntry } from 'modern-tar';
import { digestOf } from '../src/digest.ts';

type Content = string | Uint8Array;

/** The files of an archive by path, in their order. `{ link }` and `{ hardLink }` are links. */
export type Files = Readonly<Record<string, Content | { readonly link: string } | { readonly hardLink: string }>>;

export const encode = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
const bytesOf = (content: Content): Uint8Array => (typeof content === 'string' ? encode(content) : content);

/** Makes a tar archive. */
export function tar(files: Files): Promise<Uint8Array<ArrayBuffer>> {
  return packTar(Object.entries(files).map(([name, content]) => entryOf(name, content)));
}

function entryOf(name: string, content: Files[string]): TarEntry {
  const mtime = new Date(0);
  if (typeof content !== 'string' && 'link' in content)
    return { header: { name, mtime, size: 0, type: 'symlink', linkname: String(content.link) } };
  if (typeof content !== 'string' && 'hardLink' in content)
    return { header: { name, mtime, size: 0, type: 'link', linkname: content.hardLink } };
  const body = bytesOf(content);
  return { header: { name, mtime, size: body.length }, body };
}

const blobPath = (digest: string): string => `blobs/${digest.replace(':', '/')}`;

/** The blobs and manifests of images, as skopeo writes them: sorted, and before the index. */
export function blobsOf(images: readonly BuiltImage[]): Record<string, Content> {
  const blobs: Record<string, Content> = {};
  const add = ({ digest, manifest, blobs: own, images: children }: BuiltImage): void => {
    blobs[blobPath(digest)] = manifest;
    for (const blob of own) blobs[blobPath(blob.digest)] = blob.bytes;
    children.forEach(add);
  };
  images.forEach(add);
  return Object.fromEntries(Object.entries(blobs).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The descriptor of an image in index.json. */
export const descriptorOf = ({ mediaType, digest, manifest }: BuiltImage, name?: string) => ({
  mediaType,
  digest,
  size: encode(manifest).length,
  ...(name === undefined ? {} : { annotations: { 'org.opencontainers.image.ref.name': name } }),
});

/** The files of an oci-archive with the images under their names. */
export function ociFiles(images: Readonly<Record<string, BuiltImage>>): Record<string, Content> {
  const manifests = Object.entries(images).map(([name, image]) => descriptorOf(image, name));
  return {
    ...blobsOf(Object.values(images)),
    'index.json': JSON.stringify({ schemaVersion: 2, manifests }),
    'oci-layout': '{"imageLayoutVersion":"1.0.0"}',
  };
}

const hexOf = (digest: string): string => digest.slice('sha256:'.length);

/** The files of a docker-archive as skopeo and podman write them: with links between layers, and the list last. */
export async function dockerFiles(image: BuiltImage, names: readonly string[]): Promise<Files> {
  const [config, ...layers] = image.blobs;
  if (!config) throw new Error('The image has no config');
  const Layers = layers.map(({ digest }) => `${hexOf(digest)}.tar`);
  const links = await Promise.all(
    layers.map(async ({ digest }, i) => [`${hexOf(await digestOf(encode(`${i} ${digest}`)))}`, Layers[i]] as const),
  );
  const files: Record<string, Files[string]> = {};
  for (const { digest, bytes } of layers) files[`${hexOf(digest)}.tar`] = bytes;
  files[`${hexOf(config.digest)}.json`] = config.bytes;
  for (const [id, target] of links) {
    files[`${id}/layer.tar`] = { link: `../${target}` };
    files[`${id}/VERSION`] = '1.0';
    files[`${id}/json`] = JSON.stringify({ id });
  }
  files['manifest.json'] = JSON.stringify([{ Config: `${hexOf(config.digest)}.json`, RepoTags: names, Layers }]);
  files['repositories'] = '{}';
  return files;
}

/** Compresses bytes with gzip. */
export async function gzip(bytes: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new CompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** A stream of bytes in chunks of a size, or of the sizes in turn. */
export function streamOf(bytes: Uint8Array, sizes: readonly number[] = [1000]): ReadableStream<Uint8Array> {
  let at = 0;
  let turn = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      const size = sizes[turn++ % sizes.length] ?? 1;
      controller.enqueue(bytes.slice(at, at + size));
      at += size;
    },
  });
}
