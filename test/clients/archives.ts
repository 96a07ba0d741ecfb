import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Registry } from '@coracle/registry';
import { exportImage, importImage } from '@coracle/registry/image-tar';
import { fromPath } from '@coracle/registry/image-tar/node';
import { expect } from 'vitest';
import type { ClientProgram } from '../support/client-program.ts';
import { output } from '../support/commands.ts';
import { digestsOf } from '../support/oci-layout.ts';

/** The repository of the tests of archives. */
export const repository = 'team/web';

/** The arguments by which podman and buildah keep their images in a folder. */
export const ownStorage = (folder: string): string[] => [
  '--root',
  join(folder, 'root'),
  '--runroot',
  join(folder, 'run'),
  '--storage-driver',
  'vfs',
];

/** Exports an image of the registry into a file, and returns its path. */
export async function exportTo(folder: string, registry: Registry, reference: string): Promise<string> {
  const path = join(folder, `exported-${reference.replace(':', '-')}.tar`);
  const stream = await exportImage(registry, { repository, reference });
  await pipeline(Readable.fromWeb(stream as Parameters<typeof Readable.fromWeb>[0]), createWriteStream(path));
  return path;
}

/** The files of a tar archive in a folder. */
export async function unpacked(archive: string): Promise<string> {
  if ((await stat(archive)).isDirectory()) return archive;
  const folder = `${archive}.content`;
  await mkdir(folder);
  await output('tar', ['-xf', archive, '-C', folder]);
  return folder;
}

/** The SHA-256 of each file of a tar archive. */
export async function contentOf(archive: string): Promise<Record<string, string>> {
  return digestsOf(await unpacked(archive));
}

/** The manifest of an image of the registry, as bytes. */
export async function manifestOf({ distribution }: Registry, reference: string): Promise<Buffer> {
  return Buffer.from((await distribution.getManifest({ host: 'localhost', path: repository }, reference)).bytes);
}

/** The ways of an archive into a registry and out of it. */
export interface Ways {
  readonly folder: string;
  readonly registry: Registry;
  /** The address of the registry on the network. */
  readonly host: string;
  readonly coracle: ClientProgram;
}

/**
 * Imports an archive with an OCI layout and exports the image, then pushes the archive and pulls the image. Expects the
 * digest that index.json names, and in both results all manifests and blobs of the archive, byte for byte.
 */
export async function expectLayoutBack(ways: Ways, archive: string, image?: string): Promise<void> {
  const from = await unpacked(archive);
  const { manifests } = JSON.parse(await readFile(join(from, 'index.json'), 'utf8')) as {
    manifests: readonly { readonly digest: string }[];
  };
  expect(manifests).toHaveLength(1);
  const { digest, files } = await thereAndBack(ways, archive, image);
  expect(digest).toBe(manifests[0]?.digest);
  const blobs = await digestsOf(join(from, 'blobs'));
  for (const back of files) expect(await digestsOf(join(await unpacked(back), 'blobs'))).toEqual(blobs);
}

/**
 * Does the same with an image of a docker-archive. It has no manifest and names no digest, so this expects the digests of
 * the config and of the layers, in their order, and their bytes.
 */
export async function expectDockerBack(ways: Ways, archive: string, image?: string): Promise<void> {
  const from = await unpacked(archive);
  const list = JSON.parse(await readFile(join(from, 'manifest.json'), 'utf8')) as {
    readonly Config: string;
    readonly RepoTags: readonly string[];
    readonly Layers: readonly string[];
  }[];
  const { Config, Layers } = list.find(({ RepoTags }) => image === undefined || RepoTags.includes(image)) ?? {};
  const named = await Promise.all([Config ?? '', ...(Layers ?? [])].map((path) => digestOf(join(from, path))));
  const { digest, files } = await thereAndBack(ways, archive, image);
  const { config, layers } = JSON.parse((await manifestOf(ways.registry, digest)).toString());
  expect([config, ...layers].map((one: { digest: string }) => one.digest)).toEqual(named);
  for (const back of files) {
    const blobs = Object.keys(await digestsOf(join(await unpacked(back), 'blobs/sha256')));
    expect(blobs.sort()).toEqual([...new Set([digest, ...named])].map((one) => one.slice('sha256:'.length)).sort());
    for (const one of named) expect(await digestOf(join(`${back}.content`, 'blobs', one.replace(':', '/')))).toBe(one);
  }
}

async function digestOf(path: string): Promise<string> {
  return `sha256:${createHash('sha256')
    .update(await readFile(path))
    .digest('hex')}`;
}

/** Returns the digest, which is the same in process and on the network, and the archives that were written. */
async function thereAndBack({ folder, registry, host, coracle }: Ways, archive: string, image?: string) {
  await registry.ecr.createRepository({ repositoryName: repository });
  await registry.ecr.createRepository({ repositoryName: 'team/pushed' });
  const { digest } = await importImage(registry, await fromPath(archive), { repository, image, tag: 'imported' });
  const name = `${host}/team/pushed:v1`;
  const chosen = image === undefined ? [] : ['--image', image];
  expect(await coracle.output('push', archive, name, ...chosen)).toBe(`${name}@${digest}\n`);
  const pulled = join(folder, 'pulled.tar');
  expect(await coracle.output('pull', name, pulled)).toBe(`${name}@${digest}\n`);
  return { digest, files: [await exportTo(folder, registry, 'imported'), pulled] };
}
