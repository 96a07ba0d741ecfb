import { describe, expect, it } from 'vitest';
import { type Chunk, chunksOf } from './chunk-source.ts';

const content = Uint8Array.from({ length: 100 }, (_, i) => i);

async function* parts(from = 0, size = 7): AsyncGenerator<Uint8Array> {
  for (let at = from; at < content.length; at += size) yield content.slice(at, at + size);
}

async function bytesOf(chunk: Chunk): Promise<number[]> {
  const all: number[] = [];
  for await (const bytes of chunk.read()) all.push(...bytes);
  return all;
}

const expected = (start: number, end: number) => [...content.subarray(start, end)];

const file = () => chunksOf({ size: 100, readFrom: (start) => parts(start), [Symbol.asyncIterator]: () => parts() });
const stream = () => chunksOf(parts());

describe.each([
  ['a file', file],
  ['a stream', stream],
])('the chunks of %s', (_, open) => {
  it('follow each other, and the last one is known', async () => {
    const source = open();
    for (const [start, end] of [
      [0, 30],
      [30, 60],
      [60, 90],
      [90, 100],
    ] as const) {
      const chunk = await source.at(start, 30);
      expect(chunk).toMatchObject({ size: end - start, isLast: end === 100 });
      expect(await bytesOf(chunk)).toEqual(expected(start, end));
    }
    expect(await source.at(100, 30)).toMatchObject({ size: 0, isLast: true });
  });

  it('can be read again from any byte of the last one', async () => {
    const source = open();
    await bytesOf(await source.at(0, 40));
    for (const start of [0, 13, 39, 40]) {
      const chunk = await source.at(start, 40);
      expect(await bytesOf(chunk)).toEqual(expected(start, start + 40));
      expect(await bytesOf(chunk)).toEqual(expected(start, start + 40));
    }
  });

  it('can begin later, for an upload that is resumed', async () => {
    expect(await bytesOf(await open().at(75, 90))).toEqual(expected(75, 100));
  });

  it('of an exact size are the last', async () => {
    expect(await open().at(0, 100)).toMatchObject({ size: 100, isLast: true });
    expect(await open().at(50, 50)).toMatchObject({ size: 50, isLast: true });
  });
});

it('a stream cannot be read again before its window, and says so', async () => {
  const source = stream();
  await source.at(50, 10);
  await expect(source.at(49, 10)).rejects.toThrow('a compressed archive cannot be read again');
});

it('a stream that is not needed any more is ended', async () => {
  let isEnded = false;
  const watched = async function* () {
    try {
      yield* parts();
    } finally {
      isEnded = true;
    }
  };
  const source = chunksOf(watched());
  await source.at(0, 10);
  await source.close();
  expect(isEnded).toBe(true);
});

it('a stream keeps at most 8 MiB', async () => {
  const zeros = async function* () {
    for (;;) yield new Uint8Array(1024 * 1024);
  };
  expect(await chunksOf(zeros()).at(0, 90_000_000)).toMatchObject({ size: 8 * 1024 * 1024, isLast: false });
});
