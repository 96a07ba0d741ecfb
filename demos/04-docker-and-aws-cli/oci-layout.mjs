import { mkdir, writeFile } from 'node:fs/promises';

/** Writes an image as an OCI image layout: the folder that skopeo calls `oci:FOLDER:TAG`. */
export async function writeOciLayout(folder, { digest, mediaType, manifest, blobs }, tag) {
  const content = Buffer.from(manifest);
  const files = [{ digest, bytes: content }, ...blobs];
  await mkdir(`${folder}/blobs/sha256`, { recursive: true });
  for (const file of files) await writeFile(`${folder}/blobs/${file.digest.replace(':', '/')}`, file.bytes);
  const annotations = { 'org.opencontainers.image.ref.name': tag };
  const manifests = [{ mediaType, digest, size: content.length, annotations }];
  await writeFile(`${folder}/index.json`, JSON.stringify({ schemaVersion: 2, manifests }));
  await writeFile(`${folder}/oci-layout`, JSON.stringify({ imageLayoutVersion: '1.0.0' }));
}
