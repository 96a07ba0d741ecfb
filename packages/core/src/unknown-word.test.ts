import { describe, expect, it } from 'vitest';
import { refuseUnknown, unknownWord } from './unknown-word.ts';

const words = ['key', 'storage', 'accountId', 'PutImage', 'ThrottlingException', 'registryAlias'];

describe('a word that does not exist', () => {
  it.each([
    ['storag', 'storage'],
    ['stroage', 'storage'],
    ['kye', 'key'],
    ['storages', 'storage'],
    ['accountID', 'accountId'],
    ['PutImages', 'PutImage'],
    ['putImage', 'PutImage'],
    ['Throttling', 'ThrottlingException'],
    ['ThrotlingException', 'ThrottlingException'],
    ['alias', 'registryAlias'],
  ])('is corrected: %s', (word, near) => {
    expect(unknownWord('It has no option', word, words).message).toBe(
      `It has no option '${word}'; did you mean '${near}'?`,
    );
  });

  it.each(['colour', '', 'st', 'foo', 'toString', '__proto__'])(
    'is not corrected to a word that was not meant: %j',
    (word) => {
      expect(unknownWord('It has no option', word, words)).toEqual(
        new TypeError(
          `It has no option '${word}'; it has key, storage, accountId, PutImage, ThrottlingException, registryAlias`,
        ),
      );
    },
  );

  it('is corrected to the nearest of several', () => {
    expect(unknownWord('It has no', 'tog', ['tags', 'tag']).message).toContain("'tag'");
    expect(unknownWord('It has no', 'tog', ['tag', 'tags']).message).toContain("'tag'");
    expect(unknownWord('It has no', 'acces', ['onAccess', 'access']).message).toContain("'access'");
    expect(unknownWord('It has no', 'tls', ['tls-cert', 'tls-key']).message).toContain("'tls-cert'");
  });
});

it('does not correct a word of three letters to one of which it has a letter only', () => {
  expect(unknownWord('It has no', 'foo', ['log', 'data']).message).toBe("It has no 'foo'; it has log, data");
});

describe('an object', () => {
  it('may have any of the members that exist, and none', () => {
    expect(() => refuseUnknown('f', { storage: undefined, PutImage: 1 }, words)).not.toThrow();
    expect(() => refuseUnknown('f', {}, words)).not.toThrow();
  });

  it('has no others', () => {
    expect(() => refuseUnknown('f', { storage: 1, storag: undefined }, words)).toThrow(
      new TypeError("f has no option 'storag'; did you mean 'storage'?"),
    );
    expect(() => refuseUnknown('the seed', { tag: 1 }, ['tags'], 'member')).toThrow(
      new TypeError("the seed has no member 'tag'; did you mean 'tags'?"),
    );
  });

  it.each([
    [null, 'Null'],
    ['storage', 'String'],
    [['storage'], 'Array'],
  ])('is nothing else: %j', (given, kind) => {
    expect(() => refuseUnknown('f', given as unknown as object, ['a', 'b'])).toThrow(
      new TypeError(`f takes an object { a, b }, not ${kind}`),
    );
    expect(() => refuseUnknown('f', given as unknown as object, [...words, 'more'])).toThrow(
      new TypeError(`f takes an object, not ${kind}`),
    );
  });
});
