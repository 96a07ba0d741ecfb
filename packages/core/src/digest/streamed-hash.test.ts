import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { StreamedHash } from './streamed-hash.ts';

/** Hashes as the DigestStream of workerd does, with node:crypto. */
class DigestStream extends WritableStream<Uint8Array> {
  static made = 0;
  readonly digest: Promise<ArrayBuffer>;

  constructor(algorithm: string) {
    DigestStream.made++;
    const hash = createHash(algorithm.replace('-', ''));
    let done = (_: ArrayBuffer): void => undefined;
    const digest = new Promise<ArrayBuffer>((resolve) => {
      done = resolve;
    });
    super({ write: (chunk) => void hash.update(chunk), close: () => done(new Uint8Array(hash.digest()).buffer) });
    this.digest = digest;
  }
}

/** As it is while a Worker starts. */
class Disallowed extends WritableStream<Uint8Array> {
  readonly digest = new Promise<ArrayBuffer>(() => {});
  override getWriter(): WritableStreamDefaultWriter<Uint8Array> {
    const fail = async () => Promise.reject(new Error('Disallowed operation called within global scope'));
    return { write: fail } as unknown as WritableStreamDefaultWriter<Uint8Array>;
  }
}

const chunks = (...sizes: number[]) => sizes.map((size, i) => new Uint8Array(size).fill(i + 1));

describe.each([
  ['with DigestStream', DigestStream],
  ['where streams are not allowed', Disallowed],
])('a hash %s', (_, Class) => {
  it.each([[[]], [[1]], [[4096]], [[4097]], [[1000, 3096, 1]], [[4000, 4000, 100_000, 1]], [[100_000, 0, 5]]])(
    'of chunks of %j bytes is right',
    async (sizes) => {
      for (const algorithm of ['sha256', 'sha512'] as const) {
        const hash = new StreamedHash(algorithm, Class as never);
        const expected = createHash(algorithm);
        for (const bytes of chunks(...sizes)) {
          expected.update(bytes);
          await hash.update(bytes);
          // The buffer may be used for other bytes once the update has ended.
          bytes.fill(0);
        }
        expect(await hash.digest()).toBe(expected.digest('hex'));
      }
    },
  );
});

it('makes no stream for a few bytes', async () => {
  const before = DigestStream.made;
  const hash = new StreamedHash('sha256', DigestStream as never);
  await hash.update(new Uint8Array(4096));
  await hash.digest();
  expect(DigestStream.made).toBe(before);
});
