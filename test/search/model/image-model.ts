import type { EcrPublic } from '@coracle/core';
import { limits } from './limits.ts';
import { type Facts, readManifest } from './manifest-model.ts';
import { account, at, inThe, refuse } from './refusal.ts';

/** An image, with its tags in it: the model has no indexes that could go wrong. */
export interface Image extends Facts {
  readonly digest: string;
  readonly manifest: string;
  readonly pushedAt: number;
  readonly bytes: number;
  /** Tags with the time at which each was put here. */
  readonly tags: Map<string, number>;
}

type ImageId = EcrPublic.ImageIdentifier;
interface Failure {
  readonly imageId: ImageId;
  readonly failureCode: string;
  readonly failureReason: string;
}

/** The images of one repository (semantics §2 and §3). */
export class Images {
  readonly all = new Map<string, Image>();
  readonly #layers: Map<string, { size: number; mediaType?: string }>;
  readonly #name: string;

  constructor(name: string, layers: Map<string, { size: number; mediaType?: string }>) {
    this.#name = name;
    this.#layers = layers;
  }

  /** By time of push, then by digest. */
  inOrder(): Image[] {
    return [...this.all.values()].sort((one, other) => (orderOf(one) < orderOf(other) ? -1 : 1));
  }

  /** The tags by name, each with its image. */
  tags(): { tag: string; createdAt: number; image: Image }[] {
    return [...this.all.values()]
      .flatMap((image) => [...image.tags].map(([tag, createdAt]) => ({ tag, createdAt, image })))
      .sort((one, other) => (one.tag < other.tag ? -1 : 1));
  }

  find({ imageDigest, imageTag }: ImageId): Image | undefined {
    if (imageTag === undefined) return this.all.get(imageDigest ?? '');
    const image = [...this.all.values()].find(({ tags }) => tags.has(imageTag));
    return imageDigest === undefined || image?.digest === imageDigest ? image : undefined;
  }

  put(
    manifest: string,
    digest: string,
    now: number,
    options: { mediaType?: string; tag?: string; wanted?: string; strict: boolean },
  ): Image {
    const { tag, strict } = options;
    const name = this.#name;
    const facts = readManifest(manifest, options.mediaType, strict);
    if (options.wanted !== undefined && options.wanted !== digest) {
      refuse(
        'ImageDigestDoesNotMatchException',
        `The image with digest '${options.wanted}' in repository '${name}' and registry ID '${account}' does not ` +
          'match the image digest that Amazon ECR has calculated.',
      );
    }
    const missing = (all: readonly string[], has: (one: string) => boolean, exception: string, kind: string) => {
      const absent = [...new Set(all)].filter((one) => !has(one));
      if (absent.length === 0) return;
      const list = absent.join(', ');
      refuse(exception, `${kind} with digests '[${list}]' required for pushing image into ${inThe(name)} do not exist`);
    };
    const blobs = facts.blobs.map((blob) => blob.digest);
    missing(blobs, (one) => this.#layers.has(one), 'LayersNotFoundException', 'Layers');
    missing(facts.children, (one) => this.all.has(one), 'ReferencedImagesNotFoundException', 'Images');

    const there = this.all.get(digest);
    if (there && (tag === undefined || there.tags.has(tag))) {
      if (!strict) return there;
      refuse(
        'ImageAlreadyExistsException',
        `Image with digest '${digest}' and tag '${tag ?? null}' already exists in the ${at(name)}`,
      );
    }
    if (tag !== undefined && (there?.tags.size ?? 0) >= limits.public.tagsPerImage) {
      refuse(
        'LimitExceededException',
        `Adding tag '${tag}' to an image in the ${at(name)} exceeds the maximum allowed number of tags per image ` +
          `which is '${limits.public.tagsPerImage}'`,
      );
    }
    if (!there && this.all.size >= limits.public.imagesPerRepository) {
      refuse(
        'LimitExceededException',
        `The ${at(name)} already has the maximum allowed number of images which is ` +
          `'${limits.public.imagesPerRepository}'`,
      );
    }
    const image = there ?? this.#add(facts, manifest, digest, now);
    if (tag !== undefined) {
      for (const other of this.all.values()) other.tags.delete(tag);
      image.tags.set(tag, now);
    }
    return image;
  }

  #add(facts: Facts, manifest: string, digest: string, now: number): Image {
    for (const blob of facts.blobs) {
      const layer = this.#layers.get(blob.digest);
      if (layer) layer.mediaType ??= blob.mediaType;
    }
    const bytes = facts.size ?? Math.max(0, ...facts.children.map((child) => this.all.get(child)?.bytes ?? 0));
    const image: Image = { ...facts, digest, manifest, pushedAt: now, bytes, tags: new Map() };
    this.all.set(digest, image);
    return image;
  }

  #listsNaming(digest: string): string[] {
    return [...this.all.values()]
      .filter(({ children }) => children.includes(digest))
      .map((list) => list.digest)
      .sort();
  }

  /** BatchDeleteImage (semantics §3.1 and §3.2): all ids are looked up first, then what they name goes in their order. */
  delete(ids: readonly ImageId[]): { imageIds: ImageId[]; failures: Failure[] } {
    const failures: Failure[] = [];
    const found: { id: ImageId; image: Image; lists: string[] }[] = [];
    for (const id of ids) {
      const why = this.#whyNot(id);
      const image = this.find(id);
      if (why) failures.push({ imageId: id, ...why });
      else if (image) found.push({ id, image, lists: this.#listsNaming(image.digest) });
    }
    const imageIds: ImageId[] = [];
    const whole = new Set(found.filter(({ id }) => id.imageTag === undefined).map(({ image }) => image));
    const done = new Set<string>();
    for (const { id, image, lists } of found) {
      const tag = whole.has(image) ? undefined : id.imageTag;
      const what = `${image.digest} ${tag}`;
      if (done.has(what) || (whole.has(image) && id.imageTag !== undefined)) continue;
      done.add(what);
      if (tag !== undefined && image.tags.size > 1) {
        image.tags.delete(tag);
        imageIds.push({ imageDigest: image.digest, imageTag: tag });
        continue;
      }
      const now = this.#listsNaming(image.digest);
      const naming = now.length > 0 ? now : lists;
      if (naming.length > 0) {
        failures.push({
          imageId: id,
          failureCode: 'ImageReferencedByManifestList',
          failureReason: `Requested image referenced by manifest list: [${naming.join(', ')}]`,
        });
        continue;
      }
      this.all.delete(image.digest);
      if (image.tags.size === 0) imageIds.push({ imageDigest: image.digest });
      for (const imageTag of image.tags.keys()) imageIds.push({ imageDigest: image.digest, imageTag });
    }
    return { imageIds, failures };
  }

  #whyNot({ imageDigest, imageTag }: ImageId): Omit<Failure, 'imageId'> | undefined {
    const parameters = 'Invalid request parameters:';
    const no = (failureCode: string, failureReason: string) => ({ failureCode, failureReason });
    if (imageDigest === undefined && imageTag === undefined) {
      return no('MissingDigestAndTag', `${parameters} both tag and digest cannot be null`);
    }
    if (imageDigest !== undefined && !/^[a-zA-Z0-9\-_+.]+:[a-fA-F0-9]+$/.test(imageDigest)) {
      const pattern = '[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+';
      return no('InvalidImageDigest', `${parameters} image digest should satisfy the regex '${pattern}'`);
    }
    if (imageTag !== undefined && !/^[a-zA-Z0-9\-_.]+$/.test(imageTag)) {
      return no('InvalidImageTag', `${parameters} image tag should satisfy the regex '[a-zA-Z0-9-_.]+'`);
    }
    if (this.find({ ...(imageTag === undefined ? { imageDigest: imageDigest ?? '' } : { imageTag }) }) === undefined) {
      return no('ImageNotFound', 'Requested image not found');
    }
    return this.find({ ...(imageDigest && { imageDigest }), ...(imageTag && { imageTag }) })
      ? undefined
      : no('ImageTagDoesNotMatchDigest', `${parameters} given tag does not map to the given digest`);
  }
}

export const orderOf = ({ pushedAt, digest }: Image): string => `${String(pushedAt).padStart(15, '0')}-${digest}`;
