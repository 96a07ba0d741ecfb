import * as access from '../access/door.ts';
import { isDigest } from '../digest/digest.ts';
import type { Caller } from '../domain/caller.ts';
import type { Context } from '../domain/context.ts';
import { hashOfType, isOfType, type ReferrerRecord, readEntry } from '../domain/images/referrers.ts';
import { piecesIn } from '../domain/layers/piece.ts';
import type { Repository } from '../domain/repositories/repository.ts';
import { digestInvalid } from '../errors.ts';
import { asPosition, keys, lastPart } from '../storage/keys.ts';
import { encodeUtf8 } from '../utf8.ts';
import type { At } from './address.ts';

/**
 * A referrer: an image whose manifest names another image as its subject. The members are those of a descriptor (OCI
 * image specification, "OCI Content Descriptors").
 */
export interface Referrer {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface ReferrersPage {
  /** The artifact type of the referrers to list; by default referrers of all artifact types are listed. */
  readonly artifactType?: string;
  /** A digest. The page has only referrers whose digests sort after this digest. */
  readonly last?: string;
}

interface ReferrersOf extends At, ReferrersPage {
  readonly subject: string;
}

/**
 * The maximum size in bytes of all entries on a page of referrers, and the maximum number of entries. A page is an
 * image index, and clients may refuse an image index that is larger than 4 MiB or has too many entries. The maximum
 * size leaves 1 KiB for the other parts of the image index.
 */
const mostOnPage = { bytes: 4 * 1024 * 1024 - 1024, entries: 1000 };
/** The maximum number of referrers whose records are read at the same time. One record may be larger than 32 KiB. */
const lookedAtOnce = 200;

/**
 * A page of referrers (images that name a given image as their subject). Each referrer is a JSON text, which a response
 * can contain unchanged.
 */
export interface ReferrersJson {
  /** The descriptor of each referrer on the page, as JSON text. */
  readonly entries: readonly string[];
  /** The digest of the last referrer on the page. Undefined if this is the last page. */
  readonly last: string | undefined;
}

/**
 * Returns a page of the images that have the given subject, sorted by digest (OCI distribution specification, "Listing
 * Referrers"). The subject need not exist, because images may be pushed before their subject. If the repository does
 * not exist, the list is empty.
 */
export async function getReferrers(
  context: Context,
  caller: Caller,
  input: ReferrersOf,
): Promise<{ referrers: Referrer[]; more: boolean }> {
  const { entries, last } = await listReferrers(context, caller, input);
  return { referrers: entries.map((entry) => JSON.parse(entry) as Referrer), more: last !== undefined };
}

/**
 * Returns a page of the descriptors of the images that have the given subject. Each descriptor is returned as the
 * stored JSON text, without parsing it. If the page is empty, no more images follow.
 */
export async function listReferrers(
  context: Context,
  caller: Caller,
  { at, subject, artifactType, last }: ReferrersOf,
): Promise<ReferrersJson> {
  if (!isDigest(subject)) throw digestInvalid(subject);
  const repository = await access.find(context, caller, 'ListImages', at);
  const entries: string[] = [];
  if (!repository) return { entries, last: undefined };
  let bytes = 0;
  let end: string | undefined;
  for await (const { digest, record } of matching(context, repository, subject, { artifactType, last })) {
    const [, inPiece] = piecesIn(record)[0] ?? ['', 0];
    const isFull = entries.length === mostOnPage.entries || bytes + inPiece > mostOnPage.bytes;
    if (isFull && entries.length > 0) return { entries, last: end };
    const entry = await readEntry(context, repository, record, digest);
    if (entry === undefined) continue;
    bytes += encodeUtf8(entry).length + 1;
    if (entries.length > 0 && bytes > mostOnPage.bytes) return { entries, last: end };
    entries.push(entry);
    end = digest;
  }
  return { entries, last: undefined };
}

interface Match {
  readonly digest: string;
  readonly record: ReferrerRecord;
}

/**
 * Yields the referrers of a subject whose digests sort after `last`, sorted by digest. If an artifact type is given,
 * only referrers of this type are read and yielded. All referrers are read if the repository was created by an early
 * version of Coracle, because such a repository has no index by artifact type.
 */
async function* matching(
  context: Context,
  repository: Repository,
  subject: string,
  { artifactType, last }: { artifactType: string | undefined; last: string | undefined },
): AsyncGenerator<Match> {
  const { id, record: settings } = repository;
  const hash =
    artifactType === undefined || !settings.typedReferrers ? undefined : await hashOfType(context, artifactType);
  const prefix = hash === undefined ? keys.referrers(id, subject) : keys.typedReferrers(id, subject, hash);
  let after = last === undefined ? undefined : prefix + asPosition(last);
  for (let more = true; more; ) {
    const page = await context.store.list({
      prefix,
      limit: lookedAtOnce,
      ...(after === undefined ? {} : { after }),
      ...(hash === undefined ? {} : { keysOnly: true }),
    });
    const digests = page.entries.map(({ key }) => lastPart(key));
    const records =
      hash === undefined
        ? page.entries.map(({ value }) => value as ReferrerRecord)
        : await context.store.getMany<ReferrerRecord>(digests.map((digest) => keys.referrer(id, subject, digest)));
    for (const [i, digest] of digests.entries()) {
      const record = records[i];
      if (!record) continue;
      const match: Match = { digest, record };
      if (artifactType === undefined || (await isOfType(context, repository, match, artifactType))) yield match;
    }
    after = page.entries.at(-1)?.key;
    more = page.more;
  }
}
