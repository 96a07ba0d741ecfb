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

/** An image that refers to another one, as the OCI image specification describes content ("OCI Content Descriptors"). */
export interface Referrer {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface ReferrersPage {
  /** Only referrers of this type are listed. */
  readonly artifactType?: string;
  /** Only referrers whose digest sorts after this one are listed. */
  readonly last?: string;
}

interface ReferrersOf extends At, ReferrersPage {
  readonly subject: string;
}

/**
 * The limits of a page. Clients need not accept an index of more than 4 MiB, of which the entries are only a part, or
 * an index with more entries than this.
 */
const mostOnPage = { bytes: 4 * 1024 * 1024 - 1024, entries: 1000 };
/** The number of records that are read at the same time. Each record may have more than 32 KiB. */
const lookedAtOnce = 200;

/** A page of referrers in the form in which it is answered. */
export interface ReferrersJson {
  /** Each entry in JSON. */
  readonly entries: readonly string[];
  /** The digest of the last entry, if there are further ones. */
  readonly last: string | undefined;
}

/**
 * Lists the images with this subject by digest ("Listing Referrers" of the OCI distribution specification). If the
 * subject does not exist, the images that were pushed before it are still listed. If the repository does not exist, the
 * list is empty.
 */
export async function getReferrers(
  context: Context,
  caller: Caller,
  input: ReferrersOf,
): Promise<{ referrers: Referrer[]; more: boolean }> {
  const { entries, last } = await listReferrers(context, caller, input);
  return { referrers: entries.map((entry) => JSON.parse(entry) as Referrer), more: last !== undefined };
}

/** Lists the same without parsing the stored JSON. A page is empty only if the list is. */
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
 * Gives the referrers after `last`, in the order of their digests. If an artifact type is given, only referrers of that
 * type are read. In a repository that was created before the index by type existed, all referrers are read.
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
