import { createHash } from 'node:crypto';
import { Room, type StoredContent } from '@coracle/core';
import { expect, it, onTestFinished, vi } from 'vitest';
import { storeContent, type Target } from './store-content.ts';

const MiB = 1024 * 1024;
const bytes = Uint8Array.from({ length: 20 * MiB }, (_, i) => (i * i) % 251);
const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
const firstTwo = [
  ['a', 8 * MiB],
  ['b', 8 * MiB],
];

async function* contentOf(all: Uint8Array, failure?: Error): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < all.length; at += MiB) yield all.subarray(at, at + MiB);
  if (failure) throw failure;
}

/** A place for content that begins at byte 100, with two ids at once. */
function target(put: (id: string) => Promise<void> = async () => undefined) {
  const recorded: StoredContent[] = [];
  const room = new Room(Number.POSITIVE_INFINITY);
  const place: Target = {
    bytes: { put },
    room,
    first: 100,
    longestUnrecorded: 1000,
    reserved: { lease: 'lease', ids: ['a', 'b'] },
    record: async (stored) => {
      recorded.push(stored);
      return { lease: 'next lease', ids: ['c', 'd'] };
    },
  };
  return { place, recorded };
}

it('adds pieces on the way if the ids run out, and returns the rest', async () => {
  const { place, recorded } = target();
  expect(await storeContent(contentOf(bytes), place)).toEqual({
    stored: { lease: 'next lease', first: 100 + 16 * MiB, pieces: [['c', 4 * MiB]] },
    digest,
  });
  expect(recorded).toEqual([{ lease: 'lease', first: 100, pieces: firstTwo }]);
});

it('adds pieces on the way if the content comes slowly', async () => {
  vi.useFakeTimers({ now: 0, toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  const { place, recorded } = target();
  async function* slow(): AsyncGenerator<Uint8Array> {
    // The second piece is complete shortly before the time is over, and the third one afterwards.
    for (const [seconds, from, to] of [
      [0, 0, 8],
      [0.999, 8, 16],
      [1, 16, 20],
    ] as const) {
      vi.setSystemTime(seconds * 1000);
      yield bytes.subarray(from * MiB, to * MiB);
    }
  }
  const ids = ['a', 'b', 'c'];
  const rest = await storeContent(slow(), { ...place, reserved: { lease: 'lease', ids } });
  expect(rest?.stored).toEqual({ lease: 'next lease', first: 100 + 16 * MiB, pieces: [['c', 4 * MiB]] });
  expect(recorded).toEqual([{ lease: 'lease', first: 100, pieces: firstTwo }]);
});

it('returns nothing for empty content', async () => {
  const { place, recorded } = target();
  expect(await storeContent(contentOf(new Uint8Array(0)), place)).toBeUndefined();
  expect(recorded).toEqual([]);
});

it('adds what has arrived of content that breaks off', async () => {
  const { place, recorded } = target();
  const broken = contentOf(bytes.subarray(0, 12 * MiB), new Error('the client is gone'));
  await expect(storeContent(broken, place)).rejects.toThrow('the client is gone');
  expect(recorded).toEqual([{ lease: 'lease', first: 100, pieces: [['a', 8 * MiB]] }]);
});

it.each([
  ['a', []],
  ['b', [{ lease: 'lease', first: 100, pieces: [['a', 8 * MiB]] }]],
])('adds only the pieces before a piece that cannot be stored: %s', async (missing, expected) => {
  const { place, recorded } = target(async (id) => {
    if (id === missing) throw new Error(`no ${id}`);
  });
  await expect(
    storeContent(contentOf(bytes), { ...place, reserved: { lease: 'lease', ids: ['a', 'b', 'c'] } }),
  ).rejects.toThrow(`no ${missing}`);
  expect(recorded).toEqual(expected);
});

it('does not add pieces again that could not be added', async () => {
  const { place } = target();
  let records = 0;
  const record = async () => {
    records++;
    throw new Error('the object did not answer');
  };
  await expect(storeContent(contentOf(bytes), { ...place, record })).rejects.toThrow('did not answer');
  expect(records).toBe(1);
});
