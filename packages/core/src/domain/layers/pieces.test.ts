import { memoryStorage } from '@coracle/storage-memory';
import { describe, expect, it } from 'vitest';
import { testContext } from '../../../test-support/context.ts';
import { bytesOf, collect, textOf } from '../../../test-support/registry.ts';
import { storageWith, watchedStorage } from '../../../test-support/storage.ts';
import { registryNotFound } from '../../errors.ts';
import { Room } from '../room.ts';
import type { Piece } from './piece.ts';
import { collectPieces, putPiece, readPieces, withPieces } from './pieces.ts';

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
    expect(textOf(await collect(readPieces(context, pieces, { first, last })))).toBe(expected);
  });

  it('fetches only the pieces that the range touches', async () => {
    const { context, pieces, gets } = await stored('abc', 'def', 'ghi');
    await collect(readPieces(context, pieces, { first: 3, last: 5 }));
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
    await expect(reader.next()).rejects.toThrow(
      `The stored bytes with the id '${lost}' are missing, so a layer or a manifest cannot be read`,
    );
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

describe('reading within a bounded room', () => {
  /** A store that copies, as one on a disk does. */
  async function within(bytes: number, ...texts: string[]) {
    const { context, pieces, gets } = await stored(...texts);
    const room = new Room(bytes);
    return { pieces, gets, room, context: { ...context, room } };
  }
  const isFree = (room: Room) => {
    const free = room.tryTake(room.bytes);
    if (free) room.give(room.bytes);
    return free;
  };

  it('reads nothing ahead that has no room, and gives everything', async () => {
    const { context, pieces, gets, room } = await within(3, 'abc', 'def');
    const reader = readPieces(context, pieces);
    expect(textOf((await reader.next()).value ?? new Uint8Array())).toBe('abc');
    expect(gets).toHaveLength(1);
    expect(textOf((await reader.next()).value ?? new Uint8Array())).toBe('def');
    expect(await reader.next()).toEqual({ done: true, value: undefined });
    expect(isFree(room)).toBe(true);
  });

  it('gives the room back when the reader stops early, with a piece read ahead', async () => {
    const { context, pieces, room } = await within(6, 'abc', 'def');
    const reader = readPieces(context, pieces);
    await reader.next();
    expect(isFree(room)).toBe(false);
    await reader.return(undefined);
    expect(isFree(room)).toBe(true);
  });

  it('gives the room back when a piece is missing', async () => {
    const { context, pieces, room } = await within(6, 'abc');
    await (await context.store.bytes()).remove([pieces[0]?.[0] ?? '']);
    await expect(readPieces(context, pieces).next()).rejects.toThrow(
      'are missing, so a layer or a manifest cannot be read',
    );
    expect(isFree(room)).toBe(true);
  });

  it('takes no room for arrays that are the own ones of the store', async () => {
    const context = testContext(memoryStorage(), { room: new Room(1) });
    const pieces = [await putPiece(context, bytesOf('abc')), await putPiece(context, bytesOf('def'))];
    context.room.tryTake(1);
    expect(textOf(await collect(readPieces(context, pieces, { readOnly: true })))).toBe('abcdef');
  });
});

describe('a piece that a storage does not show yet', () => {
  it('is BLOB_UNKNOWN, which clients try again, and not a failure of the registry', async () => {
    const inner = memoryStorage();
    const context = testContext(
      storageWith(inner, { records: { guarantees: { atomicCommit: false, freshReads: false, remote: true } } }),
    );
    const [id, size] = await putPiece(context, bytesOf('abc'));
    await inner.bytes.remove([id]);
    await expect(readPieces(context, [[id, size]]).next()).rejects.toMatchObject({
      name: 'ServerException',
      ociCode: 'BLOB_UNKNOWN',
    });
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
