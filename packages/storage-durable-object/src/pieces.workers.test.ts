import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { durableObjectStorage } from './index.ts';

describe('pieces', () => {
  const { bytes } = durableObjectStorage(env.RECORDS, { pieces: env.BUCKET });
  const inKv = durableObjectStorage(env.RECORDS, { pieces: env.KV }).bytes;

  it('in R2 are never replaced by others', async () => {
    await bytes.put('id', Uint8Array.of(1));
    await bytes.put('id', Uint8Array.of(1));
    await expect(bytes.put('id', Uint8Array.of(2))).rejects.toThrow(/never overwritten/);
    expect(await bytes.get('id')).toEqual(Uint8Array.of(1));
  });

  it('are not put for ever into a bucket that contradicts itself', async () => {
    let puts = 0;
    const put = async () => {
      puts++;
      return null;
    };
    const bucket = {
      put,
      get: async () => null,
      delete: async () => undefined,
      createMultipartUpload: async () => ({}),
    };
    const contradicted = durableObjectStorage(env.RECORDS, { pieces: bucket }).bytes;
    await expect(contradicted.put('id', Uint8Array.of(1))).rejects.toThrow(
      'durableObjectStorage cannot put 1 bytes under "id": the bucket said 4 times that the id is taken',
    );
    expect(puts).toBe(4);
  });

  it('are put once more if that fails, and not if there is no room', async () => {
    const told = ['Network connection lost.', 'KV put() limit exceeded for the day.'];
    let calls = 0;
    const put = async () => {
      throw new Error(told[calls++]);
    };
    const full = { put, get: put, delete: put, list: put, getWithMetadata: put };
    const wait = async () => undefined;
    const limited = durableObjectStorage(env.RECORDS, { pieces: full, wait }).bytes;
    await expect(limited.put('a', Uint8Array.of(1))).rejects.toMatchObject({
      name: 'QuotaExceededError',
      message: expect.stringMatching(/^durableObjectStorage cannot put the piece a: KV put\(\) .* back at 00:00 UTC/),
    });
    expect(calls).toBe(2);
  });

  it('are refused where they are too large', async () => {
    await expect(bytes.put('a', new Uint8Array(bytes.maxBytes + 1))).rejects.toThrow(/at most 67108864 bytes/);
    await expect(inKv.put('a', new Uint8Array(inKv.maxBytes + 1))).rejects.toThrow(/at most 26214400 bytes/);
    await inKv.put('a', new Uint8Array(inKv.maxBytes));
    expect((await inKv.get('a'))?.length).toBe(26_214_400);
  });

  it('go by the thousand, of which most were never there', async () => {
    const ids = Array.from({ length: 1000 }, (_, i) => `seed-${i.toString(36)}`);
    for (const store of [bytes, inKv]) {
      for (const i of [0, 36, 999]) await store.put(ids[i] ?? '', Uint8Array.of(i));
      await store.put('seed', Uint8Array.of(7));
      await store.remove(ids);
      for (const i of [0, 36, 999]) expect(await store.get(ids[i] ?? '')).toBeUndefined();
      expect(await store.get('seed')).toEqual(Uint8Array.of(7));
    }
  });
});
