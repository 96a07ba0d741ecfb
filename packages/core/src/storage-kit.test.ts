import { describe, expect, it } from 'vitest';
import type { Json } from './index.ts';
import {
  Contention,
  checkLimit,
  checkPiece,
  checkSameBytes,
  isContention,
  isKey,
  isPieceId,
  jsonOf,
  noRoom,
  sameBytes,
  shownKey,
} from './storage-kit.ts';

const record = (key: string, value: Json = 1) => ({ key, version: '1', value });

describe('a key', () => {
  it.each(['k', ' ', '~', 'a/b c', 'k'.repeat(512)])('may be %j', (key) => {
    expect(isKey(key)).toBe(true);
    expect(jsonOf('myStorage', record(key))).toBe('1');
  });

  it.each(['', 'k'.repeat(513), 'clé', 'a\nb', 'a\n', '\u007f', '🚣'])('may not be %j', (key) => {
    expect(isKey(key)).toBe(false);
    expect(() => jsonOf('myStorage', record(key))).toThrow(
      `myStorage cannot put a record under ${shownKey(key)} (${key.length} characters): ` +
        'shorten or encode the key to 1 to 512 printable ASCII characters.',
    );
  });

  it('is cut in a text if it is long', () => {
    expect(shownKey('a"b')).toBe('"a\\"b"');
    expect(shownKey('k'.repeat(80))).toBe(`"${'k'.repeat(80)}"`);
    expect(shownKey('k'.repeat(81))).toBe(`"${'k'.repeat(80)}…"`);
  });
});

describe('a value', () => {
  it('is given as JSON', () => {
    expect(jsonOf('myStorage', record('k', { a: [null, 'ü'] }))).toBe('{"a":[null,"ü"]}');
  });

  it('may have 65,536 bytes of JSON, of which a character beyond ASCII takes more than one', () => {
    const most = [`${'x'.repeat(65_534)}`, `${'ü'.repeat(32_767)}`, `${'漢'.repeat(21_844)}xx`];
    for (const value of most) {
      expect(JSON.parse(jsonOf('myStorage', record('k', value)))).toBe(value);
      expect(() => jsonOf('myStorage', record('k', `${value}x`))).toThrow(
        'myStorage cannot put 65537 bytes of JSON under "k": ' +
          'keep the value to 65536 bytes and put larger content into the byte store.',
      );
    }
  });

  it.each([undefined, () => 1, Symbol('s')])('is refused if JSON cannot hold it: %s', (value) => {
    expect(() => jsonOf('myStorage', { ...record('k'), value: value as never })).toThrow(
      `myStorage cannot put a record under "k" whose value is of the type ${typeof value}: use a value that JSON can have.`,
    );
  });
});

describe('a list', () => {
  it('gives 1 to 1,000 records', () => {
    for (const limit of [1, 1000]) expect(() => checkLimit('myStorage', limit)).not.toThrow();
    for (const limit of [0, -1, 1.5, 1001, Number.NaN]) {
      expect(() => checkLimit('myStorage', limit)).toThrow(
        `myStorage cannot list ${limit} records at once: ask for 1 to 1000, and list the rest in further pages.`,
      );
    }
  });
});

describe('a piece', () => {
  it.each(['a', 'A-1', '-', 'f'.repeat(64)])('may have the id %j', (id) => {
    expect(isPieceId(id)).toBe(true);
    expect(() => checkPiece('myStorage', id, new Uint8Array(2), 2)).not.toThrow();
  });

  it.each(['', 'f'.repeat(65), '../a', 'a_b', 'a.b', 'a\n', 'é'])('may not have the id %j', (id) => {
    expect(isPieceId(id)).toBe(false);
    expect(() => checkPiece('myStorage', id, new Uint8Array(), 2)).toThrow(
      `myStorage cannot put bytes under the id ${shownKey(id)}: use an id of 1 to 64 letters, digits and '-'.`,
    );
  });

  it('may be as large as the storage says', () => {
    expect(() => checkPiece('myStorage', 'id', new Uint8Array(3), 2)).toThrow(
      'myStorage cannot put 3 bytes under "id": cut them into pieces of at most 2 bytes.',
    );
  });

  it('is never replaced by other bytes', () => {
    expect(() => checkSameBytes('myStorage', 'id', Uint8Array.of(1, 2), Uint8Array.of(1, 2))).not.toThrow();
    expect(() => checkSameBytes('myStorage', 'id', Uint8Array.of(1, 2), Uint8Array.of(1))).toThrow(
      'myStorage cannot put 2 bytes under "id": ' +
        '1 other bytes are stored under this id, and stored bytes are never overwritten. Use a new id.',
    );
  });
});

describe('equal bytes', () => {
  const counting = Uint8Array.from({ length: 64 }, (_, at) => at);

  it.each([0, 1, 2, 3, 4, 5, 8, 31])('are found for %i bytes, wherever in their memory they begin', (size) => {
    for (const begin of [0, 1, 2, 3, 4]) {
      const [left, right] = [counting.subarray(begin, begin + size), counting.slice(begin, begin + size)];
      expect(sameBytes(left, right)).toBe(true);
      for (let at = 0; at < size; at++) {
        const other = right.slice();
        other[at] = 255;
        expect(sameBytes(left, other)).toBe(false);
        expect(sameBytes(other, left)).toBe(false);
      }
    }
  });

  it('have the same length', () => {
    expect(sameBytes(counting, counting.subarray(0, 63))).toBe(false);
    expect(sameBytes(new Uint8Array(), new Uint8Array(1))).toBe(false);
  });
});

it('a storage without room says so by the name of the error, and keeps the cause', () => {
  const cause = new Error('ENOSPC');
  const error = noRoom('The disk is full.', cause);
  expect(error).toBeInstanceOf(Error);
  expect(error).toMatchObject({ name: 'QuotaExceededError', message: 'The disk is full.', cause });
});

it('contention is told by the name of the error, also by that of another copy of the class', () => {
  expect(isContention(new Contention(3))).toBe(true);
  expect(new Contention(3).message).toMatch(/during each of 3 attempts/);
  expect(isContention(Object.assign(new Error('no'), { name: 'Contention' }))).toBe(true);
  for (const other of [new Error('no'), { name: 'Contention' }, 'Contention', undefined]) {
    expect(isContention(other)).toBe(false);
  }
});
