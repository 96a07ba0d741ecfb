import { Room } from '@coracle/core';
import { describe, expect, it } from 'vitest';
import { requestTo, served } from '../test-support/served.ts';
import { createFetchHandler } from './index.ts';
import { inRoom, needsRoom, respond, respondLending } from './respond.ts';

const large = 'x'.repeat(100_000);

describe('an answer', () => {
  it('takes room if it is large and its own', () => {
    const room = new Room(1);
    expect(needsRoom(respond(200, {}, large), room)).toBe(true);
    expect(needsRoom(respond(200, {}, 'small'), room)).toBe(false);
    expect(needsRoom(respond(204, {}), room)).toBe(false);
    expect(needsRoom(respondLending(200, {}, large), room)).toBe(false);
    expect(needsRoom(respond(200, {}, large), new Room(Number.POSITIVE_INFINITY))).toBe(false);
  });

  it.each([large, new TextEncoder().encode(large)])('holds room until its client has read it', async (body) => {
    const room = new Room(100_000);
    const response = await inRoom(respond(201, { etag: 'a' }, body), room);
    expect([response.status, response.headers.get('etag')]).toEqual([201, 'a']);
    expect(response.headers.get('content-length')).toBe('100000');
    expect(room.tryTake(1)).toBe(false);
    expect(await response.text()).toBe(large);
    expect(room.tryTake(100_000)).toBe(true);
  });

  it('gives its room back if its client goes away', async () => {
    const room = new Room(100_000);
    const reader = (await inRoom(respond(200, {}, large), room)).body?.getReader();
    await reader?.read();
    expect(room.tryTake(1)).toBe(false);
    await reader?.cancel();
    expect(room.tryTake(100_000)).toBe(true);
  });

  it('waits for room', async () => {
    const { get, manifest } = await servedLarge();
    const first = await get();
    expect(first.status).toBe(200);
    let isAnswered = false;
    const second = get().then((response) => {
      isAnswered = true;
      return response;
    });
    await new Promise((resolve) => setTimeout(resolve));
    expect(isAnswered).toBe(false);
    expect(await first.text()).toBe(manifest);
    expect(await (await second).text()).toBe(manifest);
  });

  it('gives its room back if its client was gone before it came', async () => {
    const { engine, get } = await servedLarge();
    let goOn = () => {};
    const held = engine.intercept('*', { delay: new Promise<void>((resolve) => (goOn = resolve)) });
    const controller = new AbortController();
    const answers = [get(controller.signal), get(controller.signal)];
    controller.abort();
    for (const answer of answers) await expect(answer).rejects.toBe(controller.signal.reason);
    goOn();
    await new Promise((resolve) => setTimeout(resolve));
    held.stop();
    expect(engine.room.tryTake(engine.room.bytes)).toBe(true);
  });
});

/** A registry that has room for one answer, and what gets it. */
async function servedLarge() {
  const { engine } = served({}, { maxBufferedBytes: 150_000 });
  await engine.ecr.createRepository({ repositoryName: 'web' });
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.index.v1+json',
    manifests: [],
    annotations: { large },
  });
  const fetch = createFetchHandler(engine);
  const path = '/v2/web/manifests/v1';
  await fetch(requestTo(path, { method: 'PUT', body: manifest }));
  const get = (signal?: AbortSignal) => fetch(requestTo(path, signal && { signal }));
  return { engine, manifest, get };
}
