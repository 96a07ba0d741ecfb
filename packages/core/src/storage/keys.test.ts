import { describe, expect, it } from 'vitest';
import {
  allKeysOf,
  allOf,
  asPosition,
  keys,
  keysRemovedWith,
  kindOf,
  kinds,
  lastPart,
  prefixesOfPieces,
  readBlob,
  readLease,
  readPushed,
  readUpload,
} from './keys.ts';

const id = '00000000-0000-4000-8000-000000000001';
const digest = `sha512:${'f'.repeat(128)}`;
const tag = 'x'.repeat(300);
const latest = 999_999_999_999_999;

/** The longest value of each parameter that a key is made from, by the parameter's name. */
const longest: Readonly<Record<string, string | number>> = {
  id,
  upload: id,
  uuid: id,
  seed: id,
  digest,
  list: digest,
  subject: digest,
  hash: 'f'.repeat(16),
  tag,
  name: 'x'.repeat(256),
  alias: 'x'.repeat(256),
  registry: 'private/123456789012/us-gov-northwest-1',
  shard: 15,
  n: 999,
  time: latest,
  first: latest,
  pushedKey: keys.pushed(id, latest, digest),
};

type Make = (...of: (string | number)[]) => string;

/** Every key at its longest. */
const examples = Object.entries(keys).map(([name, make]): [string, string] => {
  if (typeof make === 'string') return [name, make];
  const parameters =
    /\(([^)]*)\)/
      .exec(String(make))?.[1]
      ?.split(',')
      .map((one) => one.trim()) ?? [];
  const values = parameters.map((parameter) => {
    const value = longest[parameter];
    if (value === undefined) throw new Error(`\`longest\` does not say how long the '${parameter}' of a key can be`);
    return value;
  });
  return [name, (make as Make)(...values)];
});

describe('keys', () => {
  it.each(examples)('%s: it is at most 512 bytes of ASCII at its longest, and its kind has a row', (_, key) => {
    expect(key).toMatch(/^[\x21-\x7e]{1,512}$/);
    expect(kindOf(key)).toBeDefined();
  });

  it.each(Object.keys(kinds))('of the kind %s can be made', (kind) => {
    expect(examples.map(([, key]) => key.split('/')[0])).toContain(kind);
  });

  it('sort pushes by time, then by digest', () => {
    const times = [0, 9, 10, 1_000, 1_767_225_600_000, 9_999_999_999_999];
    const pushed = times.flatMap((time) => ['sha256:0', 'sha256:f'].map((one) => keys.pushed(id, time, one)));
    expect([...pushed].sort()).toEqual(pushed);
  });

  it('sort an image before its tags, its tags before what comes after them, and that before the next image', () => {
    const one = keys.pushed(id, 1, 'sha256:0');
    const inOrder = [
      one,
      ...['-', '.', '0', 'A', '_', 'z', 'zz'].map((name) => keys.pushedTag(id, 1, 'sha256:0', name)),
      keys.afterPushed(one),
      keys.pushed(id, 1, 'sha256:1'),
      keys.pushed(id, 2, 'sha256:0'),
    ];
    expect([...inOrder].sort()).toEqual(inOrder);
  });

  it('sort parts by their first byte', () => {
    const parts = [0, 5, 10, 99, 100, 20_971_520, 10_485_760_000].map((first) => keys.part(id, id, first));
    expect([...parts].sort()).toEqual(parts);
  });
});

describe('a key that is read', () => {
  it('gives what it was made from', () => {
    const pushed = keys.pushed(id, 1, digest);
    expect(readPushed(pushed)).toEqual({ image: pushed });
    expect(readPushed(keys.pushedTag(id, 1, digest, tag))).toEqual({ image: pushed, tag });
    expect(readUpload(keys.upload(id, 'an-upload'))).toEqual({ id, upload: 'an-upload' });
    expect(readUpload(keys.part(id, 'an-upload', 5))).toEqual({ id, upload: 'an-upload', first: 5 });
    expect(readBlob(keys.blob(digest))).toEqual({ digest, isTable: false });
    expect(readBlob(keys.blobTable(digest, 1))).toEqual({ digest, isTable: true });
    expect(readLease(keys.lease(latest, id))).toEqual({ time: latest, seed: id });
    expect([keys.gone(id), keys.tag(id, tag), keys.layer(id, digest)].map(lastPart)).toEqual([id, tag, digest]);
  });

  it('is of no kind if this version has none of its name', () => {
    for (const key of ['', 'content/sha256:0', 'constructor', 'toString/x', 'Image/x']) {
      expect(kindOf(key)).toBeUndefined();
    }
  });
});

describe('a position among names', () => {
  it.each([
    ['v1', 'v1'],
    ['v 1', 'v~'],
    ['ä', '~'],
    ['x'.repeat(400), 'x'.repeat(300)],
  ])('is the name as far as a key can hold it: %s', (name, position) => {
    expect(asPosition(name)).toBe(position);
  });
});

describe('the records of a repository', () => {
  it('are removed before what they name', () => {
    const places = allKeysOf(id).map((place) => ('key' in place ? place.key : place.prefix));
    expect(places.indexOf(keys.tags(id))).toBeLessThan(places.indexOf(keys.images(id)));
    expect(places.indexOf(keys.pushedAll(id))).toBeLessThan(places.indexOf(keys.images(id)));
    expect(places.indexOf(keys.images(id))).toBeLessThan(places.indexOf(keys.layers(id)));
  });

  it('are all that is under its id, but for the mark of its deletion', () => {
    const places = allKeysOf(id).map((place) => ('key' in place ? place.key : place.prefix));
    const own = examples.map(([, key]) => key).filter((key) => key.split('/')[1] === id && !/^(?:logo|gone)/.test(key));
    for (const key of own) expect(places.some((place) => key.startsWith(place))).toBe(true);
  });

  it('take along what they name', () => {
    expect(keysRemovedWith(keys.catalog(id), { logo: 'a-logo' })).toEqual([keys.logo('a-logo')]);
    expect(keysRemovedWith(keys.catalog(id), { pieces: [] })).toEqual([]);
    expect(keysRemovedWith(keys.policy(id), { logo: 'a-logo' })).toEqual([]);
  });
});

it('pieces that move from an upload to a blob are found by a search on the way', () => {
  const places = prefixesOfPieces();
  expect(places.indexOf(allOf('upload'))).toBeGreaterThan(-1);
  expect(places.indexOf(allOf('upload'))).toBeLessThan(places.indexOf(allOf('blob')));
});
