import { hex } from '../../digest/hex.ts';
import { hmac, sameText } from '../../digest/hmac.ts';
import { encodeUtf8 } from '../../utf8.ts';
import type { Context } from '../context.ts';
import type { Progress, UploadRecord } from './upload-record.ts';

/**
 * The states of uploads whose records do not have the progress: a client gives back the state of the last answer.
 * States are signed with a key from the upload's own record, which is read whenever the upload goes on. So a state is
 * valid for this one upload, and needs no secret that two places might have made at once.
 */

/** The content of a state. A client may have made it up. */
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

/** Makes the state of an upload with this progress; undefined if its record has the progress, or has no key. */
export async function stateOf(
  context: Context,
  { stateKey }: UploadRecord,
  progress: Progress,
): Promise<string | undefined> {
  return stateKey === undefined ? undefined : `${textOf(progress)}.${await macOf(context, stateKey, progress)}`;
}

/** Reads a state; undefined if the text does not have the form of a state. */
export function claimOf(state: string | undefined): Claim | undefined {
  const [, size, parts, storedAt, mac] = grammar.exec(state ?? '') ?? [];
  if (size === undefined || parts === undefined || mac === undefined) return undefined;
  const progress = { size: Number(size), parts: Number(parts) };
  return { progress: storedAt === undefined ? progress : { ...progress, storedAt: Number(storedAt) }, mac };
}

/** Says whether the claim was made by `stateOf` for the upload of this record. */
export async function isProven(context: Context, { stateKey }: UploadRecord, claim: Claim): Promise<boolean> {
  return stateKey !== undefined && sameText(claim.mac, await macOf(context, stateKey, claim.progress));
}
