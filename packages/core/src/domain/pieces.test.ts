import { memoryStorage } from '@coracle/storage-memory';
import { describe, expect, it } from 'vitest';
import { testContext } from '../../test-support/context.ts';
import { bytesOf, collect, digestOf, streamOf, textOf } from '../../test-support/registry.ts';
import { storageWith, watchedStorage } from '../../test-support/storage.ts';
import { registryNotFound } from '../errors.ts';
import { collectPieces, cutIntoPieces, type Piece, pieceBytes, putPiece, readPieces, withPieces } from './pieces.ts';

const MiB = 1024 * 1024;

async function stored(...texts: string[]) {
  const gets: string[] = [];
  const inner = memoryStorage();
  const storage = storageWith(inner, {
    bytes: {
      get: async (id) => {
        gets.push(id);
        return inner.bytes.get(id);
      },
    },
  });
  const context = testContext(storage);
  const pieces: Piece[] = [];
  for (const text of texts) pieces.push(await putPiece(context, bytesOf(text)));
  return { context, pieces, storage, gets };
}

describe('a stream', () => {
  const sizes = async (...chunks: Uint8Array[]) => {
    const found: number[] = [];
    for await (const piece of cutIntoPieces(streamOf(...chunks))) found.push(piece.length);
    return found;
  };
  const of = (length: number) => new Uint8Array(length);

  it('is cut at 8 MiB, wherever its chunks end', async () => {
    expect(pieceBytes).toBe(8 * MiB);
    expect(await sizes(of(8 * MiB - 1))).toEqual([8 * MiB - 1]);
    expect(await sizes(of(8 * MiB))).toEqual([8 * MiB]);
    expect(await sizes(of(8 * MiB + 1))).toEqual([8 * MiB, 1]);
    expect(await sizes(of(20 * MiB))).toEqual([8 * MiB, 8 * MiB, 4 * MiB]);
    expect(await sizes(of(5 * MiB), of(5 * MiB), of(6 * MiB))).toEqual([8 * MiB, 8 * MiB]);
    expect(await sizes(of(1), of(0), of(8 * MiB), of(1))).toEqual([8 * MiB, 2]);
  });

  it('of nothing has no pieces', async () => {
    expect(await sizes()).toEqual([]);
    expect(await sizes(of(0), of(0))).toEqual([]);
  });

  it('keeps its bytes and their order', async () => {
    const bytes = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 7) % 251);
    const whole = new Uint8Array(9 * MiB);
    for (let at = 0; at < whole.length; at += bytes.length) whole.set(bytes.subarray(0, whole.length - at), at);
    const chunks: Uint8Array[] = [];
    for (let at = 0; at < whole.length; at += 700_001) chunks.push(whole.subarray(at, at + 700_001));
    const copies = async function* () {
      for await (const piece of cutIntoPieces(streamOf(...chunks))) yield piece.slice();
    };
    expect(await digestOf(await collect(copies()))).toBe(await digestOf(whole));
  });

  it('that breaks off gives what was whole, and its error', async () => {
    const broken = async function* () {
      yield of(9 * MiB);
      throw new Error('connection lost');
    };
    const found: number[] = [];
    const reading = async () => {
      for await (const piece of cutIntoPieces(broken())) found.push(piece.length);
    };
    await expect(reading()).rejects.toThrow('connection lost');
    expect(found).toEqual([8 * MiB]);
  });
});

describe('reading', () => {
  it.each<[number | undefined, number | undefined, string]>([
    [undefined, undefined, 'abcdefghi'],
    [0, 8, 'abcdefghi'],
    [0, 0, 'a'],
    [8, 8, 'i'],
    [2, 3, 'cd'],
    [3, 5, 'def'],
    [1, 7, 'bcdefgh'],
    [4, undefined, 'efghi'],
    [7, 100, 'hi'],
    [9, 20, ''],
    [5, 4, ''],
  ])('from %s to %s of three pieces gives %j', async (first, last, expected) => {
    const { context, pieces } = await stored('abc', 'def', 'ghi');
    expect(textOf(await collect(readPieces(context, pieces, first, last)))).toBe(expected);
  });

  it('fetches only the pieces that the range touches', async () => {
    const { context, pieces, gets } = await stored('abc', 'def', 'ghi');
    await collect(readPieces(context, pieces, 3, 5));
    expect(gets).toEqual([pieces[1]?.[0]]);
  });

  it('is one piece ahead, and never more', async () => {
    const { context, pieces, gets } = await stored('a', 'b', 'c', 'd');
    const reader = readPieces(context, pieces);
    await reader.next();
    expect(gets).toHaveLength(2);
    await reader.next();
    expect(gets).toHaveLength(3);
    await reader.return(undefined);
    expect(gets).toHaveLength(3);
  });

  it('of nothing gives nothing', async () => {
    const { context } = await stored();
    expect(textOf(await collect(readPieces(context, [])))).toBe('');
  });

  it('fails where a piece is missing, after those before it', async () => {
    const { context, pieces, storage } = await stored('abc', 'def');
    const lost = pieces[1]?.[0] ?? '';
    await storage.bytes.remove([lost]);
    const reader = readPieces(context, pieces);
    expect(textOf((await reader.next()).value ?? new Uint8Array())).toBe('abc');
    await expect(reader.next()).rejects.toThrow(`The piece '${lost}' of stored content is missing from the byte store`);
  });

  it('whose next piece fails to be read breaks no one who stops before it', async () => {
    const inner = memoryStorage();
    const context = testContext(
      storageWith(inner, {
        bytes: { get: (id) => (id === 'b' ? Promise.reject(new Error('broken')) : inner.bytes.get(id)) },
      }),
    );
    await inner.bytes.put('a', bytesOf('a'));
    const reader = readPieces(context, [
      ['a', 1],
      ['b', 1],
    ]);
    await reader.next();
    await reader.return(undefined);
  });
});

describe('pieces at once', () => {
  it('are one array, or undefined where one is gone', async () => {
    const { context, pieces, storage } = await stored('ab', '', 'cd');
    expect(textOf((await collectPieces(context, pieces)) ?? new Uint8Array())).toBe('abcd');
    expect(textOf((await collectPieces(context, pieces.slice(0, 1))) ?? new Uint8Array())).toBe('ab');
    expect(await collectPieces(context, [])).toEqual(new Uint8Array(0));
    await storage.bytes.remove([pieces[2]?.[0] ?? '']);
    expect(await collectPieces(context, pieces)).toBeUndefined();
    expect(await collectPieces(context, pieces.slice(2))).toBeUndefined();
  });
});

describe('new pieces', () => {
  async function withPiece() {
    const storage = watchedStorage(memoryStorage());
    const context = testContext(storage);
    return { context, storage, piece: await putPiece(context, bytesOf('a')) };
  }

  it('stay where their use succeeds', async () => {
    const { context, storage, piece } = await withPiece();
    expect(await withPieces(context, [piece], async () => 'used')).toBe('used');
    expect((await storage.contents()).pieces).toEqual([piece[0]]);
  });

  it('go where their use is refused', async () => {
    const { context, storage, piece } = await withPiece();
    await expect(withPieces(context, [piece], () => Promise.reject(registryNotFound('x')))).rejects.toThrow(
      'does not exist',
    );
    expect((await storage.contents()).pieces).toEqual([]);
  });

  it('stay where the storage failed: a record that names them may have been written all the same', async () => {
    const { context, storage, piece } = await withPiece();
    await expect(withPieces(context, [piece], () => Promise.reject(new Error('timeout')))).rejects.toThrow('timeout');
    expect((await storage.contents()).pieces).toEqual([piece[0]]);
  });
});
