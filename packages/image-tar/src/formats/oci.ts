import {
  algorithmOf,
  isDigest,
  isManifestType,
  type Manifest,
  type ManifestDescriptor,
  readManifest,
} from '@coracle/core';
import { blobPath, digestOf } from '../digest.ts';
import { ImageTarError, invalidArchive, mismatch, missingFile, shown } from '../errors.ts';
import { limits } from '../limits.ts';
import { type ArchiveFile, type ArchiveFiles, bytesOf, isObject, jsonOf } from './files.ts';
import { nameAnnotations } from './names.ts';
import type { ArchiveImage, Plan, PlannedBlob, PlannedManifest } from './plan.ts';

/** docker saves an image index even if it has only some of the images that the index names. */
const allPlatforms =
  "Save the image again with all of its platforms, or import one platform: give the digest of its manifest as the option 'image'";

/** The maximum number of images that an error text lists. */
const maxListed = 20;

/** The parts of a descriptor that lead to a manifest or a blob. */
type ManifestRef = Pick<ManifestDescriptor, 'digest' | 'mediaType'> & { readonly size: number | undefined };

/**
 * Reads index.json of an OCI layout (OCI image specification, image-layout.md, "index.json File"). Returns the images
 * that it names, in its order.
 * @throws ImageTarError if index.json is invalid
 */
export async function ociImages(files: ArchiveFiles, index: ArchiveFile): Promise<ArchiveImage[]> {
  const body = await jsonOf(index);
  if (!isObject(body) || !Array.isArray(body.manifests)) {
    throw invalidArchive("The file 'index.json' of the archive has no list 'manifests': save the image again");
  }
  return body.manifests.map((value: unknown, i) => {
    const { digest, mediaType, size, annotations, platform } = isObject(value) ? value : {};
    if (typeof digest !== 'string' || !isDigest(digest)) {
      throw invalidArchive(
        `Entry ${i} of 'manifests' in 'index.json' has no sha256 or sha512 digest: save the image again`,
      );
    }
    const root = {
      digest,
      mediaType: typeof mediaType === 'string' ? mediaType : undefined,
      size: typeof size === 'number' ? size : undefined,
    };
    const written = platformOf(platform);
    return {
      names: namesOf(annotations),
      digest,
      ...(written === undefined ? {} : { platform: written }),
      plan: () => new Planner(files).plan(root, "'index.json'"),
    };
  });
}

/** Returns the image whose manifest has a digest, even if only another manifest of the archive names it. */
export function ociImage(files: ArchiveFiles, digest: string): ArchiveImage {
  const root = { digest, mediaType: undefined, size: undefined };
  return { names: [], digest, plan: () => new Planner(files).plan(root, "the option 'image'") };
}

function namesOf(annotations: unknown): string[] {
  if (!isObject(annotations)) return [];
  const names = nameAnnotations.map((name) => annotations[name]);
  return [...new Set(names.filter((name) => typeof name === 'string' && name !== ''))] as string[];
}

function platformOf(platform: unknown): string | undefined {
  if (!isObject(platform)) return undefined;
  const parts = [platform.os, platform.architecture, platform.variant].filter((part) => typeof part === 'string');
  return parts.length > 0 ? parts.join('/') : undefined;
}

/** Walks from a manifest to all manifests and blobs that it names. */
class Planner {
  readonly #files: ArchiveFiles;
  readonly #blobs = new Map<string, PlannedBlob>();
  readonly #manifests = new Map<string, PlannedManifest>();
  #kept = 0;

  constructor(files: ArchiveFiles) {
    this.#files = files;
  }

  async plan(root: ManifestRef, by: string): Promise<Plan> {
    const own = await this.#visit(root, by, 0);
    const children = [...this.#manifests.values()].filter((manifest) => manifest !== own);
    return { blobs: [...this.#blobs.values()], manifests: async () => ({ children, root: own }) };
  }

  async #visit(descriptor: ManifestRef, by: string, depth: number): Promise<PlannedManifest> {
    const { digest } = descriptor;
    const visited = this.#manifests.get(digest);
    if (visited) return visited;
    if (depth > limits.indexDepth) throw tooDeep(digest);
    const bytes = await this.#read(descriptor, by);
    const { mediaType, children, blobs, isList, declaredSize } = parse(bytes, descriptor);
    const name = `the manifest ${digest}`;
    for (const child of children) {
      if (isManifestType(child.mediaType ?? '')) {
        if (!(await this.#look(child.digest)))
          throw missingFile(blobPath(child.digest), name, await this.#advice(bytes));
        await this.#visit(child, name, depth + 1);
      } else await this.#need(child, name);
    }
    // Docker's schema 1 declares no sizes.
    const statesSizes = isList || declaredSize !== undefined;
    for (const blob of blobs) await this.#need(statesSizes ? blob : { ...blob, size: undefined }, name);
    const manifest = { digest, mediaType, bytes };
    // A map keeps the order of its entries: an index follows after the images that it names.
    this.#manifests.set(digest, manifest);
    return manifest;
  }

  async #read({ digest, size }: ManifestRef, by: string): Promise<Uint8Array> {
    const file = await this.#find(digest, by);
    const bytes = await bytesOf(file);
    this.#kept += bytes.length;
    if (this.#kept > limits.keptBytes) throw tooMuch();
    if (size !== undefined && size !== bytes.length)
      throw mismatch(file.path, `${size} bytes`, `${bytes.length} bytes`);
    const found = await digestOf(bytes, algorithmOf(digest));
    if (found !== digest) throw mismatch(file.path, `the digest ${digest}`, `the digest ${found}`);
    return bytes;
  }

  async #need({ digest, size }: ManifestRef, by: string): Promise<void> {
    if (this.#blobs.has(digest)) return;
    const file = await this.#find(digest, by);
    if (size !== undefined && file.size !== size) throw mismatch(file.path, `${size} bytes`, `${file.size} bytes`);
    this.#blobs.set(digest, { file, digest });
  }

  /** Returns what to do about an image index of whose images some are not in the archive. Lists those that are. */
  async #advice(index: Uint8Array): Promise<string> {
    const found: string[] = [];
    for (const { digest, platform } of JSON.parse(new TextDecoder().decode(index)).manifests) {
      if (await this.#look(digest)) found.push(`${platformOf(platform) ?? ''} ${digest}`.trim());
    }
    return `${allPlatforms}. The archive has ${found.slice(0, maxListed).join(', ') || 'no platform'}`;
  }

  #look(digest: string) {
    return isDigest(digest) ? this.#files.find(blobPath(digest)) : undefined;
  }

  async #find(digest: string, by: string): Promise<ArchiveFile> {
    const file = await this.#look(digest);
    if (!file) throw missingFile(blobPath(digest), by, allPlatforms);
    return file;
  }
}

function parse(bytes: Uint8Array, { digest, mediaType }: ManifestRef): Manifest {
  try {
    return readManifest(bytes, mediaType);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw invalidArchive(
      `The file ${shown(blobPath(digest))} of the archive is not a valid manifest: ${reason}. Save the image again`,
      error,
    );
  }
}

const tooDeep = (digest: string) =>
  new ImageTarError(
    'LIMIT_EXCEEDED',
    `The image indexes of the archive name each other to a depth of more than ${limits.indexDepth}, at ${digest}: choose one image with the option 'image'`,
  );

const tooMuch = () =>
  new ImageTarError(
    'LIMIT_EXCEEDED',
    `The manifests of the archive have more than ${limits.keptBytes} bytes together: choose one image with the option 'image'`,
  );
