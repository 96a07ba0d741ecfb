import { isDigest } from '../digest/digest.ts';
import type { Context } from '../domain/context.ts';
import { type ImageRecord, readManifest, sizeOfManifest } from '../domain/images.ts';
import { parseManifest } from '../domain/manifests.ts';
import { findRepository, type Repository } from '../domain/repositories.ts';
import { digestInvalid } from '../errors.ts';
import { keys } from '../storage/keys.ts';
import type { Address } from './address.ts';
import { asKey } from './names.ts';

/** An image that refers to another one, as the OCI image specification describes content ("OCI Content Descriptors"). */
export interface Referrer {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface ReferrersPage {
  /** Only those of this type. */
  readonly artifactType?: string;
  /** Only those whose digest sorts after this. */
  readonly last?: string;
}

/** Bytes of manifests on one page, which has at least one: clients need not take an index of more than 4 MiB. */
const pageBytes = 2 * 1024 * 1024;
const lookedAtOnce = 50;

/**
 * "Listing Referrers" of the OCI distribution specification: the images with this subject, by digest. A subject that
 * is not there has those that were pushed before it; where there is no repository, there are none.
 */
export async function getReferrers(
  context: Context,
  at: Address,
  subject: string,
  { artifactType, last }: ReferrersPage = {},
): Promise<{ referrers: Referrer[]; more: boolean }> {
  if (!isDigest(subject)) throw digestInvalid(subject);
  const repository = await findRepository(context, at.registry, at.name);
  const referrers: Referrer[] = [];
  if (!repository) return { referrers, more: false };
  const prefix = keys.referrers(repository.id, subject);
  let after = last === undefined ? undefined : prefix + asKey(last);
  for (let bytes = 0; ; ) {
    const page = await context.store.list({
      prefix,
      limit: lookedAtOnce,
      ...(after === undefined ? {} : { after }),
    });
    const digests = page.entries.map(({ key }) => key.slice(prefix.length));
    for (const image of await readImages(context, repository, digests)) {
      if (artifactType !== undefined && image.artifactMediaType !== artifactType) continue;
      bytes += sizeOfManifest(image);
      if (referrers.length > 0 && bytes > pageBytes) return { referrers, more: true };
      const described = await describe(context, image);
      if (described) referrers.push(described);
    }
    after = page.entries.at(-1)?.key;
    if (!page.more) return { referrers, more: false };
  }
}

async function readImages(
  context: Context,
  repository: Repository,
  digests: readonly string[],
): Promise<readonly ImageRecord[]> {
  const images = await context.store.getMany<ImageRecord>(digests.map((digest) => keys.image(repository.id, digest)));
  return images.filter((image) => image !== undefined);
}

/** Its annotations are only in its manifest; undefined where that went meanwhile. */
async function describe(context: Context, image: ImageRecord): Promise<Referrer | undefined> {
  const bytes = await readManifest(context, image);
  if (!bytes) return undefined;
  const { annotations } = parseManifest(new TextDecoder().decode(bytes), image.mediaType);
  const { mediaType, digest, artifactMediaType } = image;
  return {
    mediaType,
    digest,
    size: bytes.length,
    ...(artifactMediaType === undefined ? {} : { artifactType: artifactMediaType }),
    ...(annotations === undefined ? {} : { annotations }),
  };
}
