import { createHash } from 'node:crypto';
import type { Random } from './random.ts';

/** One request, byte for byte. The sender decides on its framing. */
export interface FuzzRequest {
  readonly method: string;
  readonly target: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | undefined;
  /** Whether the client ends its side of the connection, for servers that do not close it after `Connection: close`. */
  readonly ends?: boolean;
  /** Whether a success stores something. */
  readonly stores?: boolean;
  /** Is called with the beginning of the final answer. */
  readonly heard?: (status: number, head: string) => void;
}

/** The two accounts and two regions that requests with good credentials are for. */
export const accounts = ['123456789012', '210987654321'] as const;
export const regions = ['us-east-1', 'eu-west-1'] as const;

const privateNames = ['a/b', 'c', 'team/web'] as const;
export const publicNames = ['pub', 'team/web'] as const;
/** The alias of the first account's public registry. */
export const alias = 'open';

export const digestOf = (bytes: Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
export const utf8 = (text: string): Buffer => Buffer.from(text, 'utf8');

/** The name of a repository as a path of `/v2/` has it; sometimes none that can be. */
export function pathName(random: Random): string {
  if (random.chance(0.04)) return random.pick(['A', '..', 'a%2Fb', 'a//b', '%', `a/${'b'.repeat(300)}`, '-']);
  return random.chance(0.3) ? `${alias}/${random.pick(publicNames)}` : random.pick(privateNames);
}

/** Texts that parsers trip over. They may stand in a target. */
export const oddText = (random: Random): string =>
  random.pick([
    '',
    '%00',
    '%zz',
    '%C3%BF',
    'a'.repeat(5000),
    '-1',
    '../..',
    "'",
    '?',
    '%7B%7D',
    '1e9',
    'sha256:',
    `sha256:${'g'.repeat(64)}`,
    `sha512:${'0'.repeat(128)}`,
    '%E2%80%A8',
    '__proto__',
    'constructor',
  ]);

/** Few large ones, and of each size only some that differ, so that they do not fill the memory. */
export function content(random: Random): Buffer {
  const size = random.pick([0, 1, 10, 1000, 1000, 20_000, 65_536, 300_000]);
  return Buffer.alloc(size, random.below(size > 10_000 ? 20 : 250));
}

/** JSON of a config, of which there are so few that most manifests find theirs. */
export const config = (nth: number): Buffer => utf8(`{"n":${nth}}`);
export const configs = 12;

/** How many bytes the fuzzed server buffers. */
export const bufferedBytes = 16 * 1024 * 1024;
