import { algorithmOf, isDigest } from '../digest/digest.ts';
import type { Context } from '../domain/context.ts';
import { pushImage } from '../domain/image-push.ts';
import { findManifest, listTags, type StoredManifest } from '../domain/images.ts';
import { digestInvalid, imageNotFound, invalidManifest, tagInvalid } from '../errors.ts';
import { keys } from '../storage/keys.ts';
import { type Address, repositoryAt } from './address.ts';

/** Manifests and tags, as the OCI distribution specification wants them. */

/** The grammar of `<reference>` as a tag ("Pulling manifests"). */
const tagGrammar = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;

/** A reference with a colon is a digest: no tag has one. */
const looksLikeDigest = (reference: string) => reference.includes(':');

/** @param reference a tag or a digest */
export async function getManifest(context: Context, at: Address, reference: string): Promise<StoredManifest> {
  const repository = await repositoryAt(context, at);
  const byDigest = looksLikeDigest(reference);
  const wellFormed = byDigest ? isDigest(reference) : tagGrammar.test(reference);
  const id = byDigest ? { digest: reference } : { tag: reference };
  const manifest = wellFormed ? await findManifest(context, repository, id) : undefined;
  if (!manifest)
    throw imageNotFound({ ...repository, ...(byDigest ? { imageDigest: reference } : { imageTag: reference }) });
  return manifest;
}

export interface PutManifestInput {
  readonly bytes: Uint8Array;
  readonly mediaType?: string | undefined;
}

/** Puts an image under a tag, or under its digest alone. The same image again is a success. */
export async function putManifest(
  context: Context,
  at: Address,
  reference: string,
  { bytes, mediaType }: PutManifestInput,
): Promise<{ digest: string; subject: string | undefined }> {
  const repository = await repositoryAt(context, at);
  const byDigest = looksLikeDigest(reference);
  if (byDigest && !isDigest(reference)) throw digestInvalid(reference);
  if (!byDigest && !tagGrammar.test(reference)) throw tagInvalid(reference);
  if (bytes.length === 0) throw invalidManifest('Invalid JSON syntax');
  const { digest, manifest } = await pushImage(
    context,
    repository,
    { bytes, mediaType, ...(byDigest ? { digest: reference } : { tag: reference }) },
    {
      algorithm: byDigest && isDigest(reference) ? algorithmOf(reference) : 'sha256',
      needsLayers: false,
      refuseUnchanged: false,
    },
  );
  return { digest, subject: manifest.subject };
}

/** A position among tags that fits into a key: what is longer or stranger than any tag sorts as its beginning does. */
const asKey = (last: string) => last.slice(0, 300).replace(/[^!-~][\s\S]*$/, '~');

/**
 * The tags of a repository by name.
 * @param most at most this many; all where it is not given
 * @param last only tags that sort after this one, which need not exist
 */
export async function getTags(
  context: Context,
  at: Address,
  { most = Number.POSITIVE_INFINITY, last }: { most?: number; last?: string } = {},
): Promise<{ tags: string[]; more: boolean }> {
  const repository = await repositoryAt(context, at);
  const tags: string[] = [];
  let after = last === undefined ? undefined : keys.tag(repository.id, asKey(last));
  for (let more = true; more; ) {
    if (tags.length >= most) return { tags, more: most > 0 };
    const limit = Math.min(1000, most - tags.length);
    const page = await listTags(context, repository, { limit, ...(after === undefined ? {} : { after }) });
    tags.push(...page.tags.map(({ tag }) => tag));
    after = page.last;
    more = page.last !== undefined;
  }
  return { tags, more: false };
}
