import { isDigest } from '../../digest/digest.ts';
import { layersNotFound, referencedImagesNotFound } from '../../errors.ts';
import { keys } from '../../storage/keys.ts';
import type { Json } from '../../storage/port.ts';
import type { Transaction } from '../../storage/transaction.ts';
import type { LayerRecord } from '../layers/layers.ts';
import { readInTurns } from '../next-turn.ts';
import type { RepositoryChange } from '../repositories/change.ts';
import type { UsageRecord } from '../repositories/counts.ts';
import type { Repository } from '../repositories/repository.ts';
import type { ImageRecord, TagRecord } from './image.ts';
import { type Descriptor, isManifestType, type Manifest } from './manifest.ts';

/** The records of the blobs and images that a manifest names, as they exist in the repository. */
export interface Named {
  /**
   * The records of the blobs by digest: of the config and layers of an image, or of the blobs that an image index
   * names.
   */
  readonly blobs: ReadonlyMap<string, LayerRecord>;
  readonly children: readonly ImageRecord[];
  /**
   * The digests of some of the images that the image index names: for each of them, a record that links the image to
   * the index already exists.
   */
  readonly tied: ReadonlySet<string>;
}

/** The stored records on which the result of a push depends, as they are before the push. */
export interface Before {
  readonly image: ImageRecord | undefined;
  readonly tags: ReadonlyMap<string, TagRecord | undefined>;
  readonly usage: UsageRecord | undefined;
  readonly named: Named;
}

interface Pushed {
  readonly digest: string;
  readonly tags: readonly string[];
  readonly manifest: Manifest;
  readonly blobsInLists: boolean;
}

/**
 * Reads the records on which the result of a push depends: the image, its tags, the number of images in the repository,
 * and everything that the manifest names. Usually one call of the storage is enough. The commit fails if one of the
 * records has changed.
 * @throws LayersNotFoundException if the repository does not have a blob that the manifest names
 * @throws ReferencedImagesNotFoundException if the repository does not have an image that an image index names
 */
export async function readBefore(
  { transaction, repository }: RepositoryChange,
  { digest, tags, manifest, blobsInLists }: Pushed,
): Promise<Before> {
  const { id } = repository;
  const blobs = digestsOf(manifest.blobs).filter(isDigest);
  const children = digestsOf(manifest.children).filter(isDigest);
  const wanted = [
    keys.image(id, digest),
    ...(transaction.atomic ? [keys.usage(id)] : []),
    ...tags.map((tag) => keys.tag(id, tag)),
    ...blobs.map((blob) => keys.layer(id, blob)),
    ...children.flatMap((child) => [keys.image(id, child), keys.parent(id, child, digest)]),
  ];
  const records = await readInTurns(wanted, (some) => transaction.readMany<Json>(some));
  const at = <T extends Json>(key: string) => records.get(key) as T | undefined;
  const layersOf = (digests: readonly string[], read: (key: string) => LayerRecord | undefined) =>
    new Map(digests.flatMap((one) => entryOf(one, read(keys.layer(id, one)))));

  const layers = layersOf(blobs, at);
  const absent = manifest.blobs.filter((blob) => !layers.has(blob.digest));
  if (absent.length > 0) throw layersNotFound({ ...repository, digests: digestsOf(absent) });

  const images = new Map(children.flatMap((child) => entryOf(child, at<ImageRecord>(keys.image(id, child)))));
  const others = manifest.children.filter((child) => !images.has(child.digest));
  const listed = await findBlobs(transaction, repository, blobsInLists ? others.filter(mayBeBlob) : []);
  const missing = others.filter((other) => !listed.has(other.digest));
  if (missing.length > 0) throw referencedImagesNotFound({ ...repository, digests: digestsOf(missing) });
  return {
    image: at(keys.image(id, digest)),
    tags: new Map(tags.map((tag) => [tag, at<TagRecord>(keys.tag(id, tag))])),
    usage: at(keys.usage(id)),
    named: {
      blobs: new Map([...layers, ...listed]),
      children: [...images.values()],
      tied: new Set(children.filter((child) => at(keys.parent(id, child, digest)) !== undefined)),
    },
  };
}

const entryOf = <T>(key: string, value: T | undefined): [string, T][] => (value === undefined ? [] : [[key, value]]);

const digestsOf = (descriptors: readonly Descriptor[]): string[] => descriptors.map(({ digest }) => digest);

/**
 * Returns whether an image index may name content as a blob. Returns false for manifests, because a manifest that
 * exists only as a blob could not be pulled.
 */
const mayBeBlob = ({ mediaType }: Descriptor): boolean => mediaType !== undefined && !isManifestType(mediaType);

async function findBlobs(
  transaction: Transaction,
  { id }: Repository,
  descriptors: readonly Descriptor[],
): Promise<Map<string, LayerRecord>> {
  const digests = digestsOf(descriptors).filter(isDigest);
  const layers = digests.map((digest) => keys.layer(id, digest));
  const records = await readInTurns(layers, (some) => transaction.readMany<LayerRecord>(some));
  return new Map(digests.flatMap((digest) => entryOf(digest, records.get(keys.layer(id, digest)))));
}
