import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuiltImage } from '@coracle/registry';

/** Writes an image as a folder that skopeo and others read: the OCI image layout specification. */
export async function writeOciLayout(folder: string, image: BuiltImage, tag: string): Promise<void> {
  await mkdir(join(folder, 'blobs/sha256'), { recursive: true });
  await writeFile(join(folder, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
  await writeFile(
    join(folder, 'index.json'),
    JSON.stringify({
      schemaVersion: 2,
      manifests: [{ ...descriptor(image), annotations: { 'org.opencontainers.image.ref.name': tag } }],
    }),
  );
  await writeBlobs(folder, image);
}

async function writeBlobs(folder: string, image: BuiltImage): Promise<void> {
  await writeFile(blobPath(folder, image.digest), image.manifest);
  for (const { digest, bytes } of image.blobs) await writeFile(blobPath(folder, digest), bytes);
  for (const child of image.images) await writeBlobs(folder, child);
}

const descriptor = ({ mediaType, digest, manifest }: BuiltImage) => ({
  mediaType,
  digest,
  size: Buffer.byteLength(manifest),
});

const blobPath = (folder: string, digest: string) => join(folder, 'blobs', digest.replace(':', '/'));

/** The SHA-256 of every file of a folder, by its path in it. Bytes themselves would be compared one by one. */
export async function digestsOf(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const digests: Record<string, string> = {};
  for (const path of paths.sort()) {
    digests[path.slice(folder.length + 1)] = createHash('sha256')
      .update(await readFile(path))
      .digest('hex');
  }
  return digests;
}
