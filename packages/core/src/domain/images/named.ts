import { layersNotFound, referencedImagesNotFound } from '../../errors.ts';
import type { Transaction } from '../../storage/commit.ts';
import { keys } from '../../storage/keys.ts';
import type { LayerRecord } from '../layers/layers.ts';
import type { Repository } from '../repositories/repository.ts';
import { readByDigest } from './by-digest.ts';
import type { ImageRecord } from './image.ts';
import type { Named } from './indexes.ts';
import { type Descriptor, isManifestType, type Manifest } from './manifest.ts';
import type { PushRules } from './push.ts';

/** All of what is found binds the commit. */
export async function needNamed(
  transaction: Transaction,
  repository: Repository,
  manifest: Manifest,
  rules: PushRules,
): Promise<Named> {
  const blobs = await findBlobs(transaction, repository, manifest.blobs);
  const absent = manifest.blobs.filter(({ digest }) => !blobs.has(digest));
  if (absent.length > 0) throw layersNotFound({ ...repository, digests: digestsOf(absent) });

  const children = await readByDigest(
    digestsOf(manifest.children),
    (digest) => keys.image(repository.id, digest),
    (images) => transaction.readMany<ImageRecord>(images),
  );
  const others = manifest.children.filter((_, i) => !children[i]);
  const listed = await findBlobs(transaction, repository, rules.blobsInLists ? others.filter(mayBeBlob) : []);
  const missing = others.filter(({ digest }) => !listed.has(digest));
  if (missing.length > 0) throw referencedImagesNotFound({ ...repository, digests: digestsOf(missing) });
  return { blobs: new Map([...blobs, ...listed]), children: children.filter((child) => child !== undefined) };
}

const digestsOf = (descriptors: readonly Descriptor[]): string[] => descriptors.map(({ digest }) => digest);

/** An image that is only there as a blob could not be pulled. */
const mayBeBlob = ({ mediaType }: Descriptor): boolean => mediaType !== undefined && !isManifestType(mediaType);

async function findBlobs(
  transaction: Transaction,
  repository: Repository,
  descriptors: readonly Descriptor[],
): Promise<Map<string, LayerRecord>> {
  const digests = digestsOf(descriptors);
  const records = await readByDigest(
    digests,
    (digest) => keys.layer(repository.id, digest),
    (layers) => transaction.readMany<LayerRecord>(layers),
  );
  return new Map(digests.flatMap((digest, i) => (records[i] ? [[digest, records[i]]] : [])));
}
