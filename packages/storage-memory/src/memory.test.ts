import { engineRules, storageRules } from '@coracle/storage-suite';
import { describe, expect, it } from 'vitest';
import { memoryStorage } from './index.ts';

const subject = {
  open: async () => memoryStorage(),
  guarantees: { atomicCommit: true, freshReads: true, remote: false },
};

describe('the contract', () => {
  for (const rule of storageRules(subject)) it(rule.name, rule.run);
});

describe('the engine on it', () => {
  for (const rule of engineRules(subject)) it(rule.name, rule.run);
});

describe('memoryStorage refuses with a reason', () => {
  const { records, bytes } = memoryStorage();
  const put = (key: string, value: string) => records.commit({ put: [{ key, version: '1', value }] });

  it('a key that is too long, or not ASCII', async () => {
    await expect(put('k'.repeat(513), '')).rejects.toThrow(/512/);
    await expect(put('ké', '')).rejects.toThrow(/ASCII/);
  });

  it('a value over 64 KiB, and then writes nothing', async () => {
    const commit = records.commit({
      put: [
        { key: 'small', version: '1', value: 1 },
        { key: 'large', version: '1', value: 'x'.repeat(65_536) },
      ],
    });
    await expect(commit).rejects.toThrow(/65,?536|64 KiB/);
    expect(await records.getMany(['small', 'large'])).toEqual([undefined, undefined]);
  });

  it('other bytes under an id that is taken', async () => {
    await bytes.put('id', Uint8Array.of(1));
    await bytes.put('id', Uint8Array.of(1));
    await expect(bytes.put('id', Uint8Array.of(2))).rejects.toThrow(/never overwritten/);
    expect(await bytes.get('id')).toEqual(Uint8Array.of(1));
  });

  it('a piece that is larger than it says it takes', async () => {
    await expect(bytes.put('huge', new Uint8Array(bytes.maxBytes + 1))).rejects.toThrow(/at most 67108864 bytes/);
  });
});
