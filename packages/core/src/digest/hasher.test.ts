import { describe, expect, it } from 'vitest';
import { defaultHasher } from './hasher.ts';
import { portableHasher } from './portable-hasher.ts';
import type { Algorithm, Hasher } from './running-hash.ts';

// The examples of NIST's "Secure Hash Standard" pages, and the one of a million letters from FIPS 180-2.
const abc = 'abc';
const twoBlocks256 = 'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq';
const twoBlocks512 =
  'abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu';
const million = 'a'.repeat(1_000_000);
const vectors: readonly [Algorithm, string, string][] = [
  ['sha256', '', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
  ['sha256', abc, 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  ['sha256', twoBlocks256, '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1'],
  ['sha256', twoBlocks512, 'cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1'],
  ['sha256', million, 'cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0'],
  [
    'sha512',
    '',
    'cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e',
  ],
  [
    'sha512',
    abc,
    'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f',
  ],
  [
    'sha512',
    twoBlocks256,
    '204a8fc6dda82f0a0ced7beb8e08a41657c16ef468b228a8279be331a703c33596fd15c13b1b07f9aa1d3bea57789ca031ad85c7a71dd70354ec631238ca3445',
  ],
  [
    'sha512',
    twoBlocks512,
    '8e959b75dae313da8cf4f72814fc143f8f7779c6eb9f7fa17299aeadb6889018501d289e4900f7e4331b99dec4b5433ac7d329eeb6dd26545e96e55b874be909',
  ],
  [
    'sha512',
    million,
    'e718483d0ce769644e2e42c7bc15b4638e1f98b13b2044285632a803afa973ebde0ff244877ea60a4cb0432ce577c31beb009c5c2c49aa2e4eadb217ad8cc09b',
  ],
];

describe.each<[string, Hasher]>([
  ['the default hasher', defaultHasher],
  ['the portable hasher', portableHasher],
])('%s', (_, hasher) => {
  it.each(vectors)('gives the %s of NIST’s example %#', async (algorithm, text, digest) => {
    const hash = hasher(algorithm);
    await hash.update(new TextEncoder().encode(text));
    expect(await hash.digest()).toBe(digest);
  });

  it.each(vectors)('gives the same %s however the bytes are cut (%#)', async (algorithm, text, digest) => {
    const bytes = new TextEncoder().encode(text);
    for (const step of [1, 63, 64, 65, 127, 128, 129].filter((size) => bytes.length / size < 20_000)) {
      const hash = hasher(algorithm);
      for (let at = 0; at < bytes.length; at += step) await hash.update(bytes.subarray(at, at + step));
      await hash.update(new Uint8Array(0));
      expect(await hash.digest()).toBe(digest);
    }
  });

  it('keeps two digests apart that run side by side', async () => {
    const [one, two] = [hasher('sha256'), hasher('sha256')];
    const bytes = new TextEncoder().encode(abc);
    await one.update(bytes.subarray(0, 1));
    await two.update(bytes);
    await one.update(bytes.subarray(1));
    expect(await one.digest()).toBe(await two.digest());
  });
});
