import { memoryStorage } from '@coracle/storage-memory';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createEngine } from '../index.ts';
import { withTestHelpers } from '../testing/index.ts';
import { disposalBy } from './disposal.ts';

function closable() {
  const close = vi.fn(async () => undefined);
  return { close, options: { storage: { ...memoryStorage(), close }, services: [] } } as const;
}

describe('an engine at the end of its block', () => {
  it('is closed, also with the methods for tests', async () => {
    const { close, options } = closable();
    {
      await using engine = createEngine(options);
      expect(await engine.distribution.getRepositories('localhost')).toEqual({ repositories: [], more: false });
      expect(close).not.toHaveBeenCalled();
    }
    expect(close).toHaveBeenCalledTimes(1);
    {
      await using _engine = withTestHelpers(createEngine(options));
    }
    expect(close).toHaveBeenCalledTimes(2);
  });
});

describe('a platform without Symbol.asyncDispose', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('makes engines that transpiled code closes', () => {
    const close = async () => undefined;
    vi.stubGlobal('Symbol', { for: Symbol.for });
    const disposal = disposalBy(close);
    vi.unstubAllGlobals();
    expect(disposal).toEqual({ [Symbol.for('Symbol.asyncDispose')]: close });
  });
});
