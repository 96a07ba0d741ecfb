import { memoryStorage } from '@coracle/storage-memory';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { createEngine, type EcrPublicFace, type EngineBase, ecrPublic } from '../index.ts';
import { type TestHelpers, withTestHelpers } from './index.ts';

const bareEngine = () => createEngine({ storage: memoryStorage(), services: [ecrPublic] });

describe('withTestHelpers', () => {
  it('adds its methods to those of the engine, which itself has none of them', async () => {
    const bare = bareEngine();
    const engine = withTestHelpers(bare);
    expectTypeOf(engine).toExtend<EngineBase & TestHelpers>();
    expectTypeOf(engine.ecrPublic).toEqualTypeOf<EcrPublicFace>();
    expectTypeOf(engine).not.toHaveProperty('ecr');
    expectTypeOf(bare).not.toHaveProperty('seed');

    const added = Object.keys(engine).filter((name) => !(name in bare));
    expect(added).toEqual(['seed', 'snapshot', 'restore', 'intercept', 'intercepting', 'stopIntercepting']);
    expect(engine).toMatchObject(bare);
    await engine.seed({ public: { 'team/web': ['v1'] } });
    expect((await bare.ecrPublic.describeImages({ repositoryName: 'team/web' })).imageDetails).toHaveLength(1);
  });

  it('intercepts calls of the engine that it was given', async () => {
    const bare = bareEngine();
    const engine = withTestHelpers(bare);
    const seen = engine.intercept('DescribeRepositories', { fail: { name: 'ThrottlingException' } });
    await expect(bare.ecrPublic.describeRepositories()).rejects.toThrow('Rate exceeded');
    expect(seen.calls).toHaveLength(1);
  });

  it('may be called again: what one intercepts, the others see and end', async () => {
    const bare = bareEngine();
    const engines = [withTestHelpers(bare), withTestHelpers(bare), withTestHelpers(withTestHelpers(bare))] as const;
    const intercepting = () => engines.map((engine) => engine.intercepting);
    expect(intercepting()).toEqual([false, false, false]);
    const seen = engines[0].intercept('*');
    engines[1].intercept('*', { fail: new Error('of the second') });
    expect(intercepting()).toEqual([true, true, true]);
    await expect(engines[2].ecrPublic.describeRepositories()).rejects.toThrow('of the second');
    expect(seen.calls).toHaveLength(1);
    engines[2].stopIntercepting();
    expect(intercepting()).toEqual([false, false, false]);
  });

  it.each([undefined, {}, { ...bareEngine() }])('takes nothing but engines: case %#', (other) => {
    expect(() => withTestHelpers(other as EngineBase)).toThrow(
      new TypeError('withTestHelpers() needs an engine: pass the result of createEngine()'),
    );
  });
});
