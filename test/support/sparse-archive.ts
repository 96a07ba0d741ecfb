import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';

interface Entry {
  readonly name: string;
  /** The content, or the number of zero bytes that it has. */
  readonly content: Uint8Array | number;
}

const blockBytes = 512;
const blobName = (digest: string): string => `blobs/${digest.replace(':', '/')}`;
const digestOf = (bytes: Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** Returns the header of a file in a tar (POSIX.1-2017, "ustar Interchange Format"). */
function headerOf(name: string, size: number): Uint8Array {
  const header = Buffer.alloc(blockBytes);
  header.write(name, 0);
  header.write('0000644\0', 100);
  for (const at of [108, 116]) header.write('0000000\0', at);
  header.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  header.write('00000000000\0', 136);
  header.write('        ', 148);
  header.write('0', 156);
  header.write('ustar\x0000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}

/**
 * Writes an archive with an OCI layout, whose only layer has `size` zero bytes. The file is sparse, so it takes no room on
 * the disk. Returns the digest of the image.
 */
export async function writeSparseArchive(path: string, size: number): Promise<string> {
  const hash = createHash('sha256');
  const zeros = Buffer.alloc(8 * 1024 * 1024);
  for (let left = size; left > 0; left -= zeros.length) hash.update(zeros.subarray(0, Math.min(left, zeros.length)));
  const layer = { mediaType: 'application/vnd.oci.image.layer.v1.tar', digest: `sha256:${hash.digest('hex')}`, size };
  const json = (value: object) => Buffer.from(JSON.stringify(value));
  const config = json({ architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: [layer.digest] } });
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const configType = 'application/vnd.oci.image.config.v1+json';
  const described = { mediaType: configType, digest: digestOf(config), size: config.length };
  const manifest = json({ schemaVersion: 2, mediaType, config: described, layers: [layer] });
  const index = { schemaVersion: 2, manifests: [{ mediaType, digest: digestOf(manifest), size: manifest.length }] };
  await writeTar(path, [
    { name: 'oci-layout', content: json({ imageLayoutVersion: '1.0.0' }) },
    { name: 'index.json', content: json(index) },
    { name: blobName(described.digest), content: config },
    { name: blobName(digestOf(manifest)), content: manifest },
    { name: blobName(layer.digest), content: size },
  ]);
  return digestOf(manifest);
}

async function writeTar(path: string, entries: readonly Entry[]): Promise<void> {
  const file = await open(path, 'w');
  let at = 0;
  for (const { name, content } of entries) {
    const size = typeof content === 'number' ? content : content.length;
    await file.write(headerOf(name, size), 0, blockBytes, at);
    if (typeof content !== 'number') await file.write(content, 0, size, at + blockBytes);
    at += blockBytes + Math.ceil(size / blockBytes) * blockBytes;
  }
  await file.truncate(at + 2 * blockBytes);
  await file.close();
}
