import { isDeepStrictEqual } from 'node:util';
import { ecrPublic } from '@coracle/core';
import { describe, expect, it } from 'vitest';
import { bytesOf } from '../../test-support/served.ts';
import { decodeBase64 } from './base64.ts';
import { readInput } from './input.ts';
import { readLongBlob } from './long-blob.ts';

const layer = [['layerPartBlob']];
const long = Buffer.from(Uint8Array.from({ length: 27_000 }, (_, i) => (i * 151) >> 3)).toString('base64');
const bytes = new Uint8Array(Buffer.from(long, 'base64'));
const ways: [way: string, as: (text: string) => string | Uint8Array][] = [
  ['a text', (text) => text],
  ['bytes', bytesOf],
  ['bytes amid others', (text) => bytesOf(`"\\${text}"\\`).subarray(2, -2)],
];

describe.each(ways)('a long blob in %s', (_, as) => {
  const read = (text: string, paths = layer) => readLongBlob(as(text), paths);

  it('is read with all that is around it', () => {
    const around = { repositoryName: 'team/é', partFirstByte: 0, more: [{ deep: null }] };
    expect(read(JSON.stringify({ ...around, layerPartBlob: long }))).toEqual({ ...around, layerPartBlob: bytes });
    expect(read(JSON.stringify({ layerPartBlob: long, ...around }, null, 2))).toEqual({
      layerPartBlob: bytes,
      ...around,
    });
    expect(read(`{"catalogData":{"logoImageBlob":"${long}"}}`, [['catalogData', 'logoImageBlob']])).toEqual({
      catalogData: { logoImageBlob: bytes },
    });
  });

  it('is read with the escapes that clients write in it', () => {
    const escaped = (slash: string, plus: string, equals: string) =>
      long.replaceAll('/', slash).replaceAll('+', plus).replaceAll('=', equals);
    for (const [slash, plus, equals] of [
      ['\\/', '+', '='],
      ['\\/', '\\u002B', '='],
      ['\\u002F', '\\u002b', '\\u003D'],
      ['\\u002f', '+', '\\u003d'],
    ] as const) {
      const text = `{"layerPartBlob":"${escaped(slash, plus, equals)}"}`;
      expect(JSON.parse(text).layerPartBlob).toBe(long);
      expect(read(text)).toEqual({ layerPartBlob: bytes });
    }
    for (const other of ['\\u0041', '\\n', '\\"', '\\\\', '\\u00', '\\']) {
      expect(read(`{"layerPartBlob":"${long}${other}"}`), other).toBeUndefined();
    }
  });

  it('is left to the plain way wherever something is unusual', () => {
    const far = ' '.repeat(66_000);
    const unusual = [
      `{"layerPartBlob":"${long.slice(0, 30_000)}"}`,
      `{"layerPartBlob":"${long}*"}`,
      `{"layerPartBlob":"${long}`,
      `{"layerPartBlob":"${long}"`,
      `{"layerPartBlob":"${long}"}}`,
      `{"layerPartBlob":["${long}"]}`,
      `["${long}"]`,
      `"${long}"`,
      `{"${long}":"layerPartBlob"}`,
      `{"layerPartBlob":"a long string","x":"${long}"}`,
      `{"layerPartBlob":"a \\u006cong string","x":"${long}"}`,
      `{"layerPartBlob":"${long}","layerPartBlob":"AQID"}`,
      `{"x":"\\"","layerPartBlob":"${long}"}`,
      `{"layerPartBlob":"${long}","x":"\\n"}`,
      `{"layerPartBlob":"\\u0041${long}"}`,
      `{"layerPartBlob":"${long}"${far}}`,
      `{${far}"layerPartBlob":"${long}"}`,
    ];
    for (const text of unusual) expect(read(text), text.replace(long, '…')).toBeUndefined();
    expect(read(`{"layerPartBlob":"${long}"}`, [])).toBeUndefined();
  });
});

it('leaves what is not UTF-8 to the plain way', () => {
  for (const text of [`{"x":"ÿ","layerPartBlob":"${long}"}`, `{"layerPartBlob":"${long}","x":"ÿ"}`]) {
    expect(readLongBlob(new Uint8Array(Buffer.from(text, 'latin1')), layer)).toBeUndefined();
  }
});

/** Returns the input that `read` returns, or the name and message of the error that it throws. */
function outcome(read: () => unknown): unknown {
  try {
    return { input: read() };
  } catch (error) {
    return { failure: error instanceof Error ? `${error.name}: ${error.message}` : error };
  }
}

/** The way of an earlier day: everything through `JSON.parse`. */
function plainly(body: Uint8Array): unknown {
  const text = new TextDecoder('utf-8', { fatal: true }).decode(body);
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('no object');
  const input = value as Record<string, unknown>;
  if (typeof input['layerPartBlob'] !== 'string') return input;
  const decoded = decodeBase64(input['layerPartBlob']);
  if (decoded === undefined) throw new Error('not base64');
  return { ...input, layerPartBlob: decoded };
}

describe('documents made at random', () => {
  /** Mulberry32: the same documents in every run. */
  const random = (seed: number) => () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const pieces = [
    ...['{', '}', '[', ']', ',', ':', '"', '\\', '\\"', '\n', ' ', '\ufeff', '\0', 'é', 'null', '7', 'ÿ', '=', '*'],
    ...['"layerPartBlob"', '"layerPartBlob":', '"a long string"', '"__proto__":{}', '"x":"\\u0022"', '\\u0041'],
    ...['"x":1,', '"repositoryName":"a",', `"${long}"`, `"${long}"`, long, `"layerPartBlob":"${long}"`],
  ];

  it('are read as JSON.parse reads them', () => {
    const next = random(20261121);
    const oneOf = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)] as T;
    const some = (most: number) => Array.from({ length: Math.floor(next() * most) }, () => oneOf(pieces)).join('');
    let read = 0;
    for (let run = 0; run < 6000; run++) {
      // Half of them are documents in which little is wrong, as few made of anything are documents at all.
      const member = () => oneOf(['"layerPartBlob"', '"layerPartBlob"', '"x"', '"a long string"', `"${long}"`]);
      const value = () => oneOf([`"${long}"`, `"${long}"`, '"AQID"', '"a long string"', '"\\n"', 'null', '{"a":[]}']);
      const members = Array.from({ length: 1 + Math.floor(next() * 3) }, () => `${member()}:${value()}`).join(',');
      const text = next() < 0.5 ? `{${members}}${next() < 0.1 ? oneOf(pieces) : ''}` : `{${some(8)}${some(3)}}`;
      const body = next() < 0.9 ? bytesOf(text) : new Uint8Array(Buffer.from(text, 'latin1'));
      if (body.length > 0 && next() < 0.2) body[Math.floor(next() * body.length)] = Math.floor(next() * 256);

      const plain = outcome(() => plainly(body));
      const given = outcome(() => readInput(ecrPublic, 'UploadLayerPart', body));
      if ('input' in (plain as object)) {
        // Compared by hand: the difference of two documents of this size cannot be read.
        expect(isDeepStrictEqual(given, plain), text.replaceAll(long, '…')).toBe(true);
        read += readLongBlob(body, layer) === undefined ? 0 : 1;
      } else {
        expect(given).toMatchObject({ failure: expect.stringMatching(/^SerializationException: /) });
        expect(readLongBlob(body, layer)).toBeUndefined();
      }
    }
    // Or else only the plain way was tried.
    expect(read).toBeGreaterThan(100);
  });
});
