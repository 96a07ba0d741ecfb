import type { AccessOptions } from './options.ts';

/**
 * Returns the values of the global condition keys that follow from a request (IAM user guide, "AWS global condition
 * context keys"). A condition key without a value is missing.
 */
export function conditionsOf(
  { headers }: Request,
  url: URL,
  { clock = Date.now }: AccessOptions,
  sourceIp: string | undefined,
): Readonly<Record<string, string>> {
  const now = clock();
  const known = {
    'aws:SourceIp': sourceIp,
    'aws:UserAgent': headers.get('user-agent'),
    'aws:Referer': headers.get('referer'),
    'aws:SecureTransport': String(url.protocol === 'https:'),
    'aws:CurrentTime': new Date(now).toISOString(),
    'aws:EpochTime': String(Math.floor(now / 1000)),
  };
  return Object.fromEntries(Object.entries(known).filter((entry): entry is [string, string] => Boolean(entry[1])));
}
