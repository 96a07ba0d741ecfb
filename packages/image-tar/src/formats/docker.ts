import { isDigest } from '@coracle/core';
import { digestOf } from '../digest.ts';
import { invalidArchive, mismatch, missingFile, shown } from '../errors.ts';
import { pathOf } from '../tar/names.ts';
import { type ArchiveFile, type ArchiveFiles, bytesOf, isObject, jsonOf, parseJson, type StoredBlob } from './files.ts';
import type { ArchiveImage, Plan, PlannedManifest } from './plan.ts';

// These are the media types of "Image Manifest Version 2, Schema 2" of Docker's distribution.
const manifestType = 'application/vnd.docker.distribution.manifest.v2+json';
const configType = 'application/vnd.docker.container.image.v1+json';
const layerType = 'application/vnd.docker.image.rootfs.diff.tar';

/** An item of manifest.json (Docker Image Specification v1.2, "Combined Image JSON + Filesystem Changeset Format"). */
interface Item {
  readonly config: string;
  readonly names: readonly string[];
  readonly layers: readonly string[];
}

/**
 * Reads manifest.json of a docker-archive. Returns the images that it lists, in its order.
 * @throws ImageTarError if manifest.json is invalid
 */
export async function dockerImages(files: ArchiveFiles, list: ArchiveFile): Promise<ArchiveImage[]> {
  const items = await jsonOf(list);
  if (!Array.isArray(items)) {
    throw invalidArchive(
      "The file 'manifest.json' of the archive is not a list, as docker save writes it. " +
        'Copy the image to an archive with skopeo copy … oci-archive:image.tar',
    );
  }
  return items.map((value: unknown, i) => {
    const item = readItem(value, i);
    return { names: item.names, plan: () => planOf(files, item) };
  });
}

function readItem(value: unknown, i: number): Item {
  const { Config, RepoTags, Layers } = isObject(value) ? value : {};
  if (typeof Config !== 'string' || !isTexts(Layers)) {
    throw invalidArchive(
      `Image ${i} in 'manifest.json' of the archive has no 'Config' or no 'Layers': save the image again`,
    );
  }
  return { config: pathOf(Config), names: isTexts(RepoTags) ? RepoTags : [], layers: Layers.map(pathOf) };
}

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');

async function planOf(files: ArchiveFiles, item: Item): Promise<Plan> {
  const find = async (path: string): Promise<ArchiveFile> => {
    const file = await files.find(path);
    if (!file) throw missingFile(path, "'manifest.json'");
    return file;
  };
  const config = await find(item.config);
  const bytes = await bytesOf(config);
  const digest = await digestOf(bytes);
  checkConfigName(item.config, digest);
  const diffIds = diffIdsOf(parseJson(bytes, item.config), item);
  const layers = await Promise.all(item.layers.map(find));
  return {
    blobs: [
      { file: { ...config, read: () => inOneChunk(bytes) }, digest },
      ...layers.map((file, i) => ({ file, diffId: diffIds[i] as string })),
    ],
    manifests: async (stored) => ({ children: [], root: await manifestOf(stored) }),
  };
}

async function* inOneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** Docker and skopeo name the config by its digest, which is the id of the image. */
function checkConfigName(path: string, digest: string): void {
  const named = /(?:^|[/:])([a-f0-9]{64})(?:\.[a-z]+)?$/.exec(path)?.[1];
  if (named === undefined || digest === `sha256:${named}`) return;
  throw mismatch(path, `the digest sha256:${named}`, `the digest ${digest}`);
}

function diffIdsOf(config: unknown, { config: path, layers }: Item): string[] {
  const rootfs = isObject(config) && isObject(config.rootfs) ? config.rootfs : {};
  const ids = rootfs.diff_ids ?? [];
  if (!isTexts(ids) || !ids.every((id) => isDigest(id) && id.startsWith('sha256:'))) {
    throw invalidArchive(
      `The config ${shown(path)} of the archive has no list of sha256 digests in rootfs.diff_ids: save the image again`,
    );
  }
  if (ids.length === layers.length) return ids;
  throw invalidArchive(
    `The config ${shown(path)} of the archive has ${ids.length} layers, but 'manifest.json' has ${layers.length}: save the image again`,
  );
}

/** Makes the manifest that docker-archive does not have. The same image always gets the same manifest. */
async function manifestOf([config, ...layers]: readonly StoredBlob[]): Promise<PlannedManifest> {
  const body = {
    schemaVersion: 2,
    mediaType: manifestType,
    config: { mediaType: configType, size: config?.size, digest: config?.digest },
    layers: layers.map(({ digest, size, isGzip }) => ({
      mediaType: isGzip ? `${layerType}.gzip` : layerType,
      size,
      digest,
    })),
  };
  const bytes = new TextEncoder().encode(JSON.stringify(body));
  return { digest: await digestOf(bytes), mediaType: manifestType, bytes };
}
