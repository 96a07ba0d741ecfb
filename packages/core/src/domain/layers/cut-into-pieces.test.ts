import { describe, expect, it } from 'vitest';
import { collect, digestOf, streamOf } from '../../../test-support/registry.ts';
import { Room } from '../room.ts';
import { cutIntoPieces } from './cut-into-pieces.ts';
import { pieceBytes } from './pieces.ts';

const MiB = 1024 * 1024;
const of = (length: number) => new Uint8Array(length);

describe('a stream', () => {
  const sizes = async (...chunks: Uint8Array[]) => {
    const found: number[] = [];
    for await (const piece of cutIntoPieces(streamOf(...chunks))) found.push(piece.length);
    return found;
  };
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

/** Bytes that differ from one place to the next, in chunks as a socket gives them. */
const chunked = (size: number, chunk = 65_536): Uint8Array[] => {
  const all = new Uint8Array(size);
  for (let i = 0; i < size; i++) all[i] = (i * 7 + (i >> 8)) % 251;
  return Array.from({ length: Math.ceil(size / chunk) }, (_, i) => all.subarray(i * chunk, (i + 1) * chunk));
};

describe('a stream within a bounded room', () => {
  const cut = (room: Room, chunks: readonly Uint8Array[], toKeep = false) =>
    cutIntoPieces(streamOf(...chunks), { room, toKeep });

  it.each([true, false])('keeps every byte, however little room there is (pieces to keep: %s)', async (toKeep) => {
    const chunks = chunked(5 * MiB);
    const whole = await digestOf(await collect(streamOf(...chunks)));
    for (const bytes of [1, MiB / 4, MiB, 3 * MiB, 64 * MiB]) {
      const room = new Room(bytes);
      const copies = async function* () {
        for await (const piece of cut(room, chunks, toKeep)) yield piece.slice();
      };
      expect(await digestOf(await collect(copies())), `a room of ${bytes}`).toBe(whole);
      expect(room.tryTake(bytes), `what a room of ${bytes} got back`).toBe(true);
    }
  });

  it('cuts smaller pieces when others hold the rest', async () => {
    const room = new Room(4 * MiB);
    await room.take(2 * MiB);
    const sizes: number[] = [];
    for await (const piece of cut(room, chunked(5 * MiB))) sizes.push(piece.length);
    expect(sizes).toEqual([2 * MiB, 2 * MiB, MiB]);
  });

  it('lets those go on who wait', async () => {
    const room = new Room(MiB);
    const pieces = cut(room, chunked(2 * MiB));
    await pieces.next();
    let isIn = false;
    const waiting = room.take(MiB).then(() => {
      isIn = true;
    });
    const next = pieces.next();
    await waiting;
    expect(isIn).toBe(true);
    room.give(MiB);
    expect((await next).value).toHaveLength(MiB);
  });

  it('gives its room back when its content breaks off, or nobody wants the rest', async () => {
    const room = new Room(MiB);
    const broken = async function* () {
      yield of(1000);
      throw new Error('connection lost');
    };
    await expect(cutIntoPieces(broken(), { room }).next()).rejects.toThrow('connection lost');
    const pieces = cut(room, chunked(3 * MiB));
    await pieces.next();
    await pieces.return(undefined);
    expect(room.tryTake(MiB)).toBe(true);
  });

  it('gives pieces to keep arrays that do not change afterwards', async () => {
    const pieces: Uint8Array[] = [];
    for await (const piece of cut(new Room(3 * MiB), chunked(20 * MiB), true)) pieces.push(piece);
    expect(await digestOf(await collect(streamOf(...pieces)))).toBe(
      await digestOf(await collect(streamOf(...chunked(20 * MiB)))),
    );
  });
});
