import { Room } from '@coracle/core';
import { describe, expect, it, vi } from 'vitest';
import { bytesOf, requestTo, watched } from '../test-support/served.ts';
import { announcedBytes, contentOf, readAtMost, settleBody } from './body.ts';

const three = (i: number) => (i < 3 ? Uint8Array.of(i) : undefined);
const limit = (most: number) => ({ most, tooLarge: () => new Error('too large') });
const sending = (body: BodyInit) => requestTo('/', { method: 'PUT', body });

describe('the content of a request', () => {
  it('comes in its order, to the end', async () => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of (await contentOf(sending(watched(three).stream))) ?? []) chunks.push(chunk);
    expect(chunks).toEqual([Uint8Array.of(0), Uint8Array.of(1), Uint8Array.of(2)]);
  });

  it('is asked for chunk by chunk, and no more once the reader has enough', async () => {
    const body = watched(() => Uint8Array.of(1));
    for await (const _ of (await contentOf(sending(body.stream))) ?? []) if (body.pulled === 2) break;
    expect(body).toMatchObject({ pulled: 2, cancelled: false });
  });

  it('fails as the stream does', async () => {
    const body = watched(() => {
      throw new Error('gone');
    });
    const reading = async () => {
      for await (const _ of (await contentOf(sending(body.stream))) ?? []);
    };
    await expect(reading()).rejects.toMatchObject({
      name: 'SerializationException',
      message: 'The request body could not be read to its end: gone',
    });
  });

  it('is refused if it was read before', async () => {
    const request = sending('a body');
    await request.text();
    await expect(contentOf(request)).rejects.toMatchObject({
      name: 'SerializationException',
      message: 'The body was read before the registry received the request: read a request.clone() instead',
    });
  });

  it.each<[string, unknown]>([
    ['a text', 'text'],
    ['an ArrayBuffer', new ArrayBuffer(4)],
    ['a DataView', new DataView(new ArrayBuffer(2))],
    ['another array', new Uint16Array(2)],
    ['a number', 7],
    ['null', null],
  ])('is refused if a chunk is %s', async (_, chunk) => {
    const refusal = { name: 'SerializationException', message: /its chunks must be Uint8Arrays$/ };
    const stream = () =>
      new ReadableStream({
        start(controller) {
          controller.enqueue(chunk);
          controller.close();
        },
      });
    const reading = async () => {
      for await (const _ of (await contentOf(sending(stream()))) ?? []);
    };
    await expect(reading()).rejects.toMatchObject({ ...refusal, message: expect.stringMatching(refusal.message) });
    await expect(readAtMost(sending(stream()), limit(100))).rejects.toMatchObject({ name: refusal.name });
  });
});

describe('a body', () => {
  it('is nothing if there is none', async () => {
    expect(await contentOf(requestTo('/'))).toBeUndefined();
    expect(await contentOf(requestTo('/', { method: 'PUT' }))).toBeUndefined();
    expect(await readAtMost(requestTo('/'), limit(10))).toEqual(new Uint8Array(0));
  });

  it('is found in a browser that has no Request.body', async () => {
    const request = sending('as in Firefox');
    Object.defineProperty(request, 'body', { value: undefined });
    expect(await readAtMost(request, limit(100))).toEqual(bytesOf('as in Firefox'));
  });

  it('is refused if somebody has read it', async () => {
    const request = sending('once');
    await request.text();
    const read = () => readAtMost(request, limit(100));
    await expect(read()).rejects.toMatchObject({ name: 'SerializationException' });
    Object.defineProperty(request, 'body', { value: undefined });
    await expect(read()).rejects.toMatchObject({ name: 'SerializationException' });
  });

  it('is put together from its chunks', async () => {
    expect(await readAtMost(sending(watched(three).stream), limit(3))).toEqual(Uint8Array.of(0, 1, 2));
  });

  it('is refused once it has more bytes than it may, and nothing of it is asked for if it says so', async () => {
    const body = watched(() => new Uint8Array(10));
    await expect(readAtMost(sending(body.stream), limit(25))).rejects.toThrow('too large');
    expect(body.pulled).toBe(3);
    const announced = watched(() => new Uint8Array(10));
    const request = requestTo('/', { method: 'PUT', body: announced.stream, headers: { 'content-length': '26' } });
    await expect(readAtMost(request, limit(25))).rejects.toThrow('too large');
    expect(announced.pulled).toBe(0);
  });

  it('takes room until its request is answered', async () => {
    const room = new Room(30);
    const request = requestTo('/', { method: 'PUT', body: 'x'.repeat(20), headers: { 'content-length': '20' } });
    await readAtMost(request, { ...limit(25), room });
    expect(room.tryTake(11)).toBe(false);
    settleBody(request);
    expect(room.tryTake(30)).toBe(true);
  });

  it.each([
    ['12', 12],
    ['0', 0],
    ['-1', undefined],
    ['1e3', undefined],
    ['', undefined],
  ])('announces %j as %j bytes', (text, size) => {
    expect(announcedBytes(requestTo('/', { headers: { 'content-length': text } }))).toBe(size);
  });
});

describe('the rest of a body when its request is answered', () => {
  const MiB = 1024 * 1024;
  const mebibytes = (n: number) => watched((i) => (i < n ? new Uint8Array(MiB) : undefined));

  it('is read to its end if nobody has begun, so that the connection stays good', async () => {
    const body = mebibytes(40);
    settleBody(sending(body.stream));
    await vi.waitFor(() => expect(body.pulled).toBe(41));
    expect(body.cancelled).toBe(false);
  });

  it('is read to its end after a refusal in the middle', async () => {
    const body = mebibytes(40);
    const request = sending(body.stream);
    await expect(readAtMost(request, limit(MiB))).rejects.toThrow('too large');
    settleBody(request);
    await vi.waitFor(() => expect(body.pulled).toBe(41));
    expect(body.cancelled).toBe(false);
  });

  it('is cancelled if its end does not come', async () => {
    const body = watched(() => new Uint8Array(MiB));
    settleBody(sending(body.stream));
    await vi.waitFor(() => expect(body.cancelled).toBe(true));
    expect(body.pulled).toBeLessThan(70);
  });

  it('is left alone if somebody else reads it', async () => {
    const body = watched(three);
    const request = sending(body.stream);
    const text = request.text();
    settleBody(request);
    expect(await text).toBe('\u0000\u0001\u0002');
  });
});
