import { describe, expect, it } from 'vitest';
import { bytesOf, streamOf } from '../../test-support/registry.ts';
import { algorithmOf, digestOf, digestOfPieces, isDigest, isDigestLike } from './digest.ts';
import { portableHasher } from './portable-hasher.ts';

const sha256 = 'sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
const sha512 = `sha512:${'ab'.repeat(64)}`;

describe('a digest', () => {
  it.each([sha256, sha512])('is one that content can be held against: %s', (text) => {
    expect([isDigest(text), isDigestLike(text)]).toEqual([true, true]);
  });

  it.each([
    sha256.toUpperCase(),
    `sha256:${sha256.slice(7).toUpperCase()}`,
    sha256.slice(0, -1),
    `${sha256}0`,
    sha512.replace('512', '256'),
    sha256.replace('256', '512'),
    'md5:00',
    'a+b.c_d-e:0aF',
  ])('is only one by its form: %s', (text) => {
    expect([isDigest(text), isDigestLike(text)]).toEqual([false, true]);
  });

  it.each(['', ':', 'latest', 'sha256', 'sha256:', ':00', 'sha256:xyz', `${sha256}\n`, ` ${sha256}`, 'a:b:00', 'ä:00'])(
    'is not one at all: %j',
    (text) => {
      expect([isDigest(text), isDigestLike(text)]).toEqual([false, false]);
    },
  );

  it('names its algorithm', () => {
    expect([sha256, sha512].filter(isDigest).map(algorithmOf)).toEqual(['sha256', 'sha512']);
  });

  it('is that of the bytes, at hand or in pieces', async () => {
    expect(await digestOf(portableHasher, bytesOf('abc'))).toBe(sha256);
    expect(await digestOfPieces(portableHasher, streamOf('a', '', 'bc'), 'sha256')).toBe(sha256);
    const other = await digestOfPieces(portableHasher, streamOf('abc'), 'sha512');
    expect(other).toBe(await digestOf(portableHasher, bytesOf('abc'), 'sha512'));
    expect(other).toMatch(/^sha512:ddaf35a1/);
  });
});
