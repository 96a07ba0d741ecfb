import { hex } from '../../digest/hex.ts';
import { hmac, sameText } from '../../digest/hmac.ts';
import { encodeUtf8 } from '../../utf8.ts';
import type { Context } from '../context.ts';
import type { Progress, UploadRecord } from './upload-record.ts';

/**
 * This file makes and verifies the state tokens of uploads. If the record of an upload does not contain its progress,
 * each response contains the progress as a signed state token, and the client sends the token back.
 *
 * The token is signed with a key from the record of its upload, which each request reads anyway. So a token is valid
 * for one upload only. The tokens are not signed with one secret of the whole registry, because two processes could
 * each create a different secret if commits are not atomic.
 */

/** The content of a state token whose signature is not verified yet. A client may have forged it. */
export interface Claim {
  readonly progress: Progress;
  readonly mac: string;
}

const macDigits = 32;
const grammar = /^(\d{1,15})-(\d{1,15})(?:-(\d{1,15}))?\.([0-9a-f]{32})$/;

export const newStateKey = (): string => hex(crypto.getRandomValues(new Uint8Array(16)));

const textOf = ({ size, parts, storedAt }: Progress): string =>
  [size, parts, ...(storedAt === undefined ? [] : [storedAt])].join('-');

const macOf = async (context: Context, key: string, progress: Progress): Promise<string> =>
  (await hmac(context.hasher, encodeUtf8(key), textOf(progress))).slice(0, macDigits);

/**
 * Returns the state token of an upload, which contains `progress` and a signature. Returns undefined if the record of
 * the upload contains the progress. Such a record has no key to sign with.
 */
export async function stateOf(
  context: Context,
  { stateKey }: UploadRecord,
  progress: Progress,
): Promise<string | undefined> {
  return stateKey === undefined ? undefined : `${textOf(progress)}.${await macOf(context, stateKey, progress)}`;
}

/**
 * Parses a state token without verifying its signature. Returns undefined if the text does not have the form of a state
 * token.
 */
export function claimOf(state: string | undefined): Claim | undefined {
  const [, size, parts, storedAt, mac] = grammar.exec(state ?? '') ?? [];
  if (size === undefined || parts === undefined || mac === undefined) return undefined;
  const progress = { size: Number(size), parts: Number(parts) };
  return { progress: storedAt === undefined ? progress : { ...progress, storedAt: Number(storedAt) }, mac };
}

/** Returns whether the signature of a state token is valid: `stateOf` made the token for the upload of this record. */
export async function isProven(context: Context, { stateKey }: UploadRecord, claim: Claim): Promise<boolean> {
  return stateKey !== undefined && sameText(claim.mac, await macOf(context, stateKey, claim.progress));
}
