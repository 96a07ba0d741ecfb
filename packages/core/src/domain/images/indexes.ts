import { keys } from '../../storage/keys.ts';
import type { RepositoryChange } from '../repositories/change.ts';
import { type ImageRecord, summaryOf, type TagManifestRecord, type TagRecord } from './image.ts';
import type { Manifest } from './manifest.ts';
import type { Named } from './named.ts';
import { putReferrer, type StagedReferrer } from './referrers.ts';

// This file writes the records by which an image is found, and the records that link an image to its layers, or to the
// images that it names.

interface NewImage extends Named {
  readonly manifest: Manifest;
  readonly referrer: StagedReferrer | undefined;
}

/**
 * Writes the records that a push changes besides the record of the image and the records of its tags. These are the
 * records of the layers, of the images that an image index names, of the referrers of the subject, and of the list of
 * images.
 */
export function putIndexes(
  change: RepositoryChange,
  image: ImageRecord,
  { manifest, blobs, referrer, ...named }: NewImage,
): void {
  const { transaction, repository } = change;
  const types = new Map([...manifest.blobs, ...manifest.children].map(({ digest, mediaType }) => [digest, mediaType]));
  for (const [digest, layer] of blobs) {
    const mediaType = types.get(digest);
    const { doomed, ...kept } = layer;
    const learnt = layer.mediaType === undefined && mediaType !== undefined ? { mediaType } : undefined;
    if (doomed !== undefined || learnt) transaction.put(keys.layer(repository.id, digest), { ...kept, ...learnt });
  }
  putParents(change, image, named);
  if (manifest.subject !== undefined && referrer) {
    putReferrer(change, image, manifest.subject, referrer);
  }
  transaction.put(keys.pushed(repository.id, image.pushedAt, image.digest), summaryOf(image));
}

function putParents(
  { transaction, repository: { id } }: RepositoryChange,
  list: ImageRecord,
  { children, tied }: Pick<Named, 'children' | 'tied'>,
): void {
  for (const child of children) {
    if (tied.has(child.digest)) continue;
    transaction.put(keys.parent(id, child.digest, list.digest), true);
    // If commits are not atomic, the indexes that name an image are not counted. They are listed if they are needed.
    if (!transaction.atomic) continue;
    transaction.put(keys.image(id, child.digest), { ...child, parents: child.parents + 1 });
  }
}

/**
 * Points tags at an image. If a tag pointed at another image before, that image stays, and the number of tags in its
 * record goes down.
 * @param tags each tag, with the record that the tag had before; undefined if the tag is new
 */
export async function moveTags(
  { transaction, repository: { id } }: RepositoryChange,
  { record: image, createdAt }: { readonly record: ImageRecord; readonly createdAt: number },
  tags: ReadonlyMap<string, TagRecord | undefined>,
): Promise<void> {
  const summary = summaryOf(image);
  const inRecords = 'manifest' in image;
  const record: TagRecord = { createdAt, image: summary, ...(inRecords ? {} : { pieces: [image.pieces[0]] }) };
  const left = new Map<string, number>();
  for (const [tag, before] of tags) {
    transaction.put(keys.pushedTag(id, image.pushedAt, image.digest, tag), true);
    if (inRecords) {
      transaction.put(keys.tagManifest(id, tag), {
        image: summary,
        manifest: image.manifest,
      } satisfies TagManifestRecord);
    } else if (before && !before.pieces) transaction.remove(keys.tagManifest(id, tag));
    transaction.put(keys.tag(id, tag), record);
    // The tag is put again because an earlier push broke off.
    if (!before || before.image.digest === image.digest) continue;
    transaction.remove(keys.pushedTag(id, before.image.pushedAt, before.image.digest, tag));
    left.set(before.image.digest, (left.get(before.image.digest) ?? 0) + 1);
  }
  // If commits are not atomic, tags are not counted, and another process may have deleted the images.
  if (!transaction.atomic) return;
  for (const one of await transaction.readMany<ImageRecord>([...left.keys()].map((digest) => keys.image(id, digest)))) {
    if (!one) continue;
    const count = Math.max(0, one.tags - (left.get(one.digest) ?? 0));
    transaction.put(keys.image(id, one.digest), { ...one, tags: count });
  }
}
