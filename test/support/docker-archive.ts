import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuiltImage } from '@coracle/registry';
import { output } from './commands.ts';

/** Writes an image as the tar that `docker save` makes and `docker load` reads, and gives its path. */
export async function writeDockerArchive(folder: string, image: BuiltImage, name: string): Promise<string> {
  const content = join(folder, 'archive');
  await mkdir(content);
  const files = image.blobs.map(({ digest }) => `${digest.slice('sha256:'.length)}.blob`);
  for (const [i, { bytes }] of image.blobs.entries()) await writeFile(join(content, files[i] ?? ''), bytes);
  const [Config, ...Layers] = files;
  await writeFile(join(content, 'manifest.json'), JSON.stringify([{ Config, RepoTags: [name], Layers }]));
  const path = join(folder, 'image.tar');
  await output('tar', ['-cf', path, '-C', content, '.']);
  return path;
}
