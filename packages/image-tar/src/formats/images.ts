import { isDigest } from '@coracle/core';
import { blobPath } from '../digest.ts';
import { ImageTarError, invalidArchive, shown } from '../errors.ts';
import { dockerImages } from './docker.ts';
import type { ArchiveFiles } from './files.ts';
import { ociImage, ociImages } from './oci.ts';
import type { ArchiveImage } from './plan.ts';

/** The maximum number of images that an error text lists. */
const maxListed = 20;

/**
 * Returns the images of an archive, in the order of its index. An archive of a newer `docker save` has both index.json
 * and manifest.json. Its index.json counts, because only index.json has the digests of the manifests.
 * @throws ImageTarError if the archive has neither file, or if the file is invalid
 */
async function imagesIn(files: ArchiveFiles): Promise<ArchiveImage[]> {
  const index = await files.find('index.json');
  if (index) return ociImages(files, index);
  const list = await files.find('manifest.json');
  if (list) return dockerImages(files, list);
  throw invalidArchive(
    "The archive or folder has no 'index.json' and no 'manifest.json', so it is no image. " +
      'Make one with docker save, podman save, or skopeo copy … oci-archive:image.tar',
  );
}

/**
 * Selects an image of an archive. If it is selected by a name, only this name is in `names` of the result.
 * @param wanted the position in the index, counted from 0, or a name or digest; undefined if the archive has one image
 * @throws ImageTarError `IMAGE_NOT_FOUND` or `IMAGE_AMBIGUOUS`, with a list of the images
 */
export async function selectImage(files: ArchiveFiles, wanted: string | number | undefined): Promise<ArchiveImage> {
  const images = await imagesIn(files);
  const found = withoutTwins(wanted === undefined ? images : imagesMeant(images, wanted));
  const [image] = found;
  if (image && found.length === 1) return image;
  if (typeof wanted === 'string' && isDigest(wanted) && (image ?? (await files.find(blobPath(wanted))))) {
    return image ?? ociImage(files, wanted);
  }
  if (images.length === 0) throw invalidArchive('The archive lists no image: save the image again');
  const list = listed(images);
  if (found.length > 1) {
    const which = wanted === undefined ? 'several images' : `several images with the name ${shown(String(wanted))}`;
    throw new ImageTarError('IMAGE_AMBIGUOUS', `The archive has ${which}: choose one with the option 'image'. ${list}`);
  }
  throw new ImageTarError('IMAGE_NOT_FOUND', `The archive has no image ${shown(String(wanted))}. ${list}`);
}

/** Joins the images with the same digest into one that has all of their names: an index may name an image twice. */
function withoutTwins(images: readonly ArchiveImage[]): ArchiveImage[] {
  const joined = new Map<string | ArchiveImage, ArchiveImage>();
  for (const image of images) {
    const key = image.digest ?? image;
    const first = joined.get(key);
    joined.set(key, first ? { ...first, names: [...first.names, ...image.names] } : image);
  }
  return [...joined.values()];
}

function imagesMeant(images: readonly ArchiveImage[], wanted: string | number): ArchiveImage[] {
  if (typeof wanted === 'number') return images.filter((_, i) => i === wanted);
  const byDigest = images.filter(({ digest }) => digest === wanted);
  if (byDigest.length > 0) return byDigest;
  const exact = imagesNamed(images, (name) => name === wanted);
  // `team/web:v1` also means `docker.io/team/web:v1`.
  return exact.length > 0 ? exact : imagesNamed(images, (name) => name.endsWith(`/${wanted}`));
}

/** Returns the images with a name that `isMeant` accepts, and only with these names. */
function imagesNamed(images: readonly ArchiveImage[], isMeant: (name: string) => boolean): ArchiveImage[] {
  const named = images.map((image) => ({ ...image, names: image.names.filter(isMeant) }));
  return named.filter(({ names }) => names.length > 0);
}

function listed(images: readonly ArchiveImage[]): string {
  const lines = images.slice(0, maxListed).map(({ names, digest, platform }, i) => {
    const parts = [...names.map(shown), platform, digest].filter((part) => part !== undefined);
    return `${i}: ${parts.length > 0 ? parts.join(' ') : 'without a name'}`;
  });
  if (images.length > maxListed) lines.push(`and ${images.length - maxListed} more`);
  return `Its images are ${lines.join(', ')}`;
}
