import { incomplete, invalid } from './errors.ts';
import type { SignatureForm } from './form.ts';

const minute = 60_000;

/** The longest time for which a presigned URL is valid, in seconds: seven days. */
const longestExpiry = 604_800;

/** Writes a time in the basic format of ISO 8601, such as `20261121T120000Z`. */
const basic = (time: number): string => new Date(time).toISOString().replace(/[-:]|\.\d+/g, '');

const basicForm = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/;

/**
 * Reads the time of a signature. Returns the time in milliseconds since 1970, and its text in the basic format.
 * @throws IncompleteSignatureException if the text is not a time
 */
export function readDate({ date, presigned }: SignatureForm): { time: number; text: string } {
  const isBasic = basicForm.test(date);
  // A Date header has the long format of HTTP. The text that is signed has the basic format all the same.
  const isHttpDate = !presigned && /^[A-Z][a-z]{2}, .* GMT$/.test(date);
  const time = isBasic || isHttpDate ? Date.parse(date.replace(basicForm, '$1-$2-$3T$4:$5:$6Z')) : Number.NaN;
  if (Number.isNaN(time) || (isBasic && basic(time) !== date)) {
    throw incomplete(
      `Date must be in ISO-8601 'basic format'. Got '${date}'. See http://en.wikipedia.org/wiki/ISO_8601`,
    );
  }
  return { time, text: basic(time) };
}

/** Returns the number of milliseconds for which a presigned URL is valid, or undefined if the URL does not say. */
function lifetime({ expires }: SignatureForm): number | undefined {
  if (expires === undefined) return undefined;
  if (!/^\d+$/.test(expires)) throw incomplete('X-Amz-Expires should be a number');
  if (Number(expires) > longestExpiry) {
    throw incomplete(
      `X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than ${longestExpiry} seconds`,
    );
  }
  return Number(expires) * 1000;
}

/**
 * Checks that a signature is valid at a time. `signed` is the time of the signature and `now` is the time of the check,
 * in milliseconds since 1970. `maxSkew` is the maximum difference of the two, in milliseconds. A presigned URL is valid
 * for as long as its X-Amz-Expires says.
 * @throws InvalidSignatureException if the signature has expired, or if its time is in the future
 * @throws IncompleteSignatureException if X-Amz-Expires is not a number of seconds, or is more than seven days
 */
export function checkTime(
  form: SignatureForm,
  signed: number,
  { now, maxSkew }: { now: number; maxSkew: number },
): void {
  const valid = lifetime(form) ?? maxSkew;
  if (signed < now - valid) {
    throw invalid(
      `Signature expired: ${basic(signed)} is now earlier than ${basic(now - valid)} (${basic(now)} - ${valid / minute} min.)`,
    );
  }
  if (signed > now + maxSkew) {
    throw invalid(
      `Signature not yet current: ${basic(signed)} is still later than ${basic(now + maxSkew)} (${basic(now)} + ${maxSkew / minute} min.)`,
    );
  }
}
