import { describe, expect, it } from 'vitest';
import { emptyRegistry, expectRefused, imageOf, refusalOf, registryWith } from '../../test-support/registry.ts';
import { isIntercepted } from '../index.ts';

const repositoryName = 'x1';

describe('an interception', () => {
  it('sees calls with their input and lets them pass', async () => {
    const { engine, ecrPublic } = emptyRegistry();
    const seen = engine.intercept('CreateRepository');
    await ecrPublic.createRepository({ repositoryName });
    await ecrPublic.describeRepositories();
    expect(seen.calls).toEqual([{ service: 'ecr-public', operation: 'CreateRepository', input: { repositoryName } }]);
  });

  it('sees refused calls too, and those whose input is wrong', async () => {
    const { engine } = emptyRegistry();
    const seen = engine.intercept('CreateRepository');
    await refusalOf(engine.invoke('ecr-public', 'CreateRepository', { repositoryName: 1 }));
    expect(seen.calls).toHaveLength(1);
  });

  it('of everything sees every operation of every face', async () => {
    const { engine, ecrPublic, ecr, distribution } = emptyRegistry();
    const seen = engine.intercept('*');
    await ecrPublic.describeRepositories();
    await ecr.describeRepositories();
    await distribution.locate('localhost', 'x1');
    expect(seen.calls.map(({ service, operation }) => `${service} ${operation}`)).toEqual([
      'ecr-public DescribeRepositories',
      'ecr DescribeRepositories',
      'distribution locate',
    ]);
  });

  it('of one service leaves the other alone', async () => {
    const { engine, ecrPublic, ecr } = emptyRegistry();
    const seen = engine.intercept('DescribeRepositories', { service: 'ecr', fail: { name: 'AccessDeniedException' } });
    await ecrPublic.describeRepositories();
    expect((await refusalOf(ecr.describeRepositories())).name).toBe('AccessDeniedException');
    expect(seen.calls).toHaveLength(1);
  });

  it('fails the next calls and changes nothing', async () => {
    const registry = emptyRegistry();
    const seen = registry.engine.intercept('CreateRepository', {
      fail: { name: 'LimitExceededException', message: 'no more' },
      times: 2,
    });
    for (let i = 0; i < 2; i++) {
      await expectRefused(
        registry,
        () => registry.ecrPublic.createRepository({ repositoryName }),
        'LimitExceededException',
        'no more',
      );
    }
    await registry.ecrPublic.createRepository({ repositoryName });
    expect(seen.calls).toHaveLength(3);
  });

  it.each([
    ['ThrottlingException', 'Rate exceeded', 'client', 'TOOMANYREQUESTS'],
    ['ServerException', 'ServerException, as the test asked for', 'server', 'UNKNOWN'],
    ['RepositoryNotFoundException', 'RepositoryNotFoundException, as the test asked for', 'client', 'UNKNOWN'],
  ])('fails calls by %s', async (name, message, fault, ociCode) => {
    const { engine, ecrPublic } = emptyRegistry();
    engine.intercept('DescribeRepositories', { fail: { name } });
    await expect(ecrPublic.describeRepositories()).rejects.toMatchObject({ name, message, fault, ociCode });
  });

  it('fails calls by the very error that it was given', async () => {
    const { engine, ecrPublic } = emptyRegistry();
    const error = Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
    engine.intercept('DescribeRepositories', { fail: error });
    await expect(ecrPublic.describeRepositories()).rejects.toBe(error);
    expect(isIntercepted(error)).toBe(true);
    expect(isIntercepted(new Error('socket hang up'))).toBe(false);
  });

  it('keeps what was sent, whatever the caller does to it later', async () => {
    const { engine, ecrPublic } = emptyRegistry();
    const seen = engine.intercept('CreateRepository');
    const input = { repositoryName, tags: [{ Key: 'a', Value: '1' }] };
    await ecrPublic.createRepository(input);
    input.repositoryName = 'x2';
    input.tags.push({ Key: 'b', Value: '2' });
    expect(seen.calls.map(({ input }) => input)).toEqual([{ repositoryName, tags: [{ Key: 'a', Value: '1' }] }]);
  });

  it('is ended with all others by one call, which lets go of what they hold back', async () => {
    const { engine, ecrPublic } = emptyRegistry();
    engine.intercept('DescribeRepositories', { fail: { name: 'ThrottlingException' } });
    const held = engine.intercept('CreateRepository', { delay: new Promise(() => {}) });
    const call = ecrPublic.createRepository({ repositoryName });
    engine.stopIntercepting();
    await call;
    expect((await ecrPublic.describeRepositories()).repositories).toHaveLength(1);
    expect(held.calls).toHaveLength(1);
  });

  it.each([
    [{ delay: -1 }, 'delay must be a number of milliseconds from 0 to 9007199254740991, not -1'],
    [{ delay: Number.NaN }, 'delay must be a number of milliseconds from 0 to 9007199254740991, not NaN'],
    [{ times: Number.NaN }, 'times must be a number of calls from 0 on, not NaN'],
  ])('is refused with %j', (options, sentence) => {
    expect(() => emptyRegistry().engine.intercept('*', options)).toThrow(new TypeError(sentence));
  });

  it('holds calls back until its promise is settled, however it is', async () => {
    for (const settle of ['resolve', 'reject'] as const) {
      const { engine, ecrPublic } = emptyRegistry();
      let go = () => {};
      const delay = new Promise<void>((resolve, reject) => {
        go = () => (settle === 'resolve' ? resolve() : reject(new Error('never mind')));
      });
      const seen = engine.intercept('CreateRepository', { delay, times: 1 });
      const call = ecrPublic.createRepository({ repositoryName });
      expect((await ecrPublic.describeRepositories()).repositories).toEqual([]);
      expect(seen.calls).toHaveLength(1);
      go();
      await call;
      expect((await ecrPublic.describeRepositories()).repositories).toHaveLength(1);
    }
  });

  it('holds calls back for a time, then fails them if it is told to', async () => {
    const { engine, ecrPublic } = emptyRegistry();
    engine.intercept('DescribeRepositories', { delay: 1, fail: { name: 'ThrottlingException' } });
    expect((await refusalOf(ecrPublic.describeRepositories())).name).toBe('ThrottlingException');
  });

  it('that is stopped sees nothing more, and lets go of what it holds back', async () => {
    const { engine, ecrPublic } = emptyRegistry();
    const held = engine.intercept('CreateRepository', {
      delay: new Promise(() => {}),
      fail: { name: 'ThrottlingException' },
    });
    const call = ecrPublic.createRepository({ repositoryName });
    held.stop();
    await call;
    await ecrPublic.createRepository({ repositoryName: 'x2' });
    expect(held.calls).toHaveLength(1);
    held.stop();
  });

  it('works beside others: all see the call, the first that fails it decides', async () => {
    const { engine, ecrPublic } = emptyRegistry();
    const all = engine.intercept('*');
    const first = engine.intercept('DescribeRepositories', { fail: { name: 'FirstException' }, times: 1 });
    const second = engine.intercept('DescribeRepositories', { fail: { name: 'SecondException' }, times: 1 });
    const names = [];
    for (let i = 0; i < 2; i++) names.push((await refusalOf(ecrPublic.describeRepositories())).name);
    expect(names).toEqual(['FirstException', 'SecondException']);
    await ecrPublic.describeRepositories();
    expect([all, first, second].map(({ calls }) => calls.length)).toEqual([3, 3, 3]);
  });

  it('fails a push through the distribution protocol by the name of its method', async () => {
    const registry = await registryWith([repositoryName]);
    registry.engine.intercept('putManifest', { fail: { name: 'ServerException' }, times: 1 });
    const at = await registry.distribution.locate('public.ecr.aws', `xqj38ptr/${repositoryName}`);
    const { manifest } = await imageOf('web');
    const put = registry.distribution.putManifest(at, 'v1', { bytes: new TextEncoder().encode(manifest) });
    expect((await refusalOf(put)).name).toBe('ServerException');
  });
});
