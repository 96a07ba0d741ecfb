import { describe, expect, it } from 'vitest';
import { laggingFrom, minute, record, second, storageIn } from '../test-support/storage.ts';
import { OwnWrites } from './own-writes.ts';

describe('an isolate on a KV that lags', () => {
  const seeds = Array.from({ length: 20 }, (_, nth) => nth + 1);

  it('sees its own writes at once', async () => {
    for (const seed of seeds) {
      const { records } = storageIn(laggingFrom(seed));
      // So that KV remembers that there is nothing.
      expect(await records.getMany(['a'])).toEqual([undefined]);
      const [one, two] = [record('a', 1), record('a', 2)];
      await records.commit({ put: [one] });
      expect(await records.getMany(['a'])).toEqual([one]);
      await records.commit({ put: [two] });
      expect(await records.getMany(['a'])).toEqual([two]);
      await records.commit({ remove: ['a'] });
      expect(await records.getMany(['a'])).toEqual([undefined]);
    }
  });

  it('believes a later write of another one as soon as KV shows it', async () => {
    for (const seed of seeds) {
      const kv = laggingFrom(seed);
      const [here, there] = [storageIn(kv, 'ams').records, storageIn(kv, 'iad').records];
      await here.commit({ put: [record('a', 'ours')] });
      kv.advance(2 * second);
      await there.commit({ put: [record('a', 'theirs')] });
      kv.settle();
      expect(await here.getMany(['a'])).toMatchObject([{ value: 'theirs' }]);
    }
  });

  it('forgets its writes when KV must have them', async () => {
    const kv = laggingFrom();
    const { records } = storageIn(kv);
    await records.commit({ put: [record('a')] });
    kv.advance(second);
    await kv.at('iad').delete('a');
    kv.advance(3 * minute);
    expect(await records.getMany(['a'])).toEqual([undefined]);
    expect((await records.list({ prefix: '', limit: 1 })).entries).toEqual([]);
  });
});

describe('the memory of own writes', () => {
  it('is at most 4,000 keys and 4 Mi characters: the newest', () => {
    let now = 0;
    const own = new OwnWrites(() => now);
    for (let at = 0; at < 5000; at++) own.note(`k${at}`, { time: ++now, text: 'x' });
    expect(own.insteadOf('k999', undefined)).toBeUndefined();
    expect(own.insteadOf('k1000', undefined)).toEqual({ time: 1001, text: 'x' });
    const large = 'x'.repeat(60_000);
    for (let at = 0; at < 100; at++) own.note(`large${at}`, { time: ++now, text: large });
    expect([...own.keysUnder('')]).toHaveLength(Math.floor((4 * 1024 * 1024) / 60_000));
    expect(own.insteadOf('large99', undefined)?.text).toBe(large);
  });

  it('is of two writes of one key the later one, also within a millisecond', () => {
    const own = new OwnWrites(() => 5);
    own.note('a', { time: own.timeFor('a'), text: 'first' });
    own.note('a', { time: own.timeFor('a'), text: 'second' });
    expect(own.insteadOf('a', 5)).toEqual({ time: 6, text: 'second' });
    expect(own.insteadOf('a', 6)).toBeUndefined();
  });
});
