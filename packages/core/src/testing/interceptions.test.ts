import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { emptyRegistry, expectRefused, imageOf, refusalOf, registryWith } from '../../test-support/registry.ts';
import { isIntercepted } from '../index.ts';
import type { CallFailure, SeenCall } from './index.ts';

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
    ['ServiceUnavailable', 'ServiceUnavailable, as the test asked for', 'server', 'UNKNOWN'],
    ['RequestLimitExceeded', 'Rate exceeded', 'client', 'TOOMANYREQUESTS'],
    ['AccessDeniedException', 'AccessDeniedException, as the test asked for', 'client', 'UNKNOWN'],
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

  it('fails calls by an exception with its members', async () => {
    const { engine, ecrPublic } = emptyRegistry();
    const members = { registryId: '123456789012', repositoryName, uploadId: 'u1', lastValidByteReceived: 3 };
    engine.intercept('UploadLayerPart', {
      fail: { name: 'InvalidLayerPartException', message: 'no', ...members },
    });
    const part = {
      repositoryName,
      uploadId: 'u1',
      partFirstByte: 8,
      partLastByte: 8,
      layerPartBlob: new Uint8Array(1),
    };
    expect(await refusalOf(ecrPublic.uploadLayerPart(part))).toEqual({
      name: 'InvalidLayerPartException',
      message: 'no',
      ...members,
    });
  });

  it('fails calls by an error of another realm', async () => {
    const { engine, ecrPublic } = emptyRegistry();
    const error: Error = runInNewContext('new Error("of a sandbox")');
    engine.intercept('DescribeRepositories', { fail: error });
    await expect(ecrPublic.describeRepositories()).rejects.toBe(error);
    expect(isIntercepted(error)).toBe(true);
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
    const first = engine.intercept('DescribeRepositories', { fail: { name: 'AccessDeniedException' }, times: 1 });
    const second = engine.intercept('DescribeRepositories', { fail: { name: 'ServerException' }, times: 1 });
    const names = [];
    for (let i = 0; i < 2; i++) names.push((await refusalOf(ecrPublic.describeRepositories())).name);
    expect(names).toEqual(['AccessDeniedException', 'ServerException']);
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

describe('an interception of some inputs', () => {
  const names = (calls: readonly SeenCall[]) =>
    calls.map(({ input }) => (input as { repositoryName: string }).repositoryName);

  it('sees and fails only those that have what it wants', async () => {
    const { engine, ecrPublic } = emptyRegistry();
    const seen = engine.intercept('CreateRepository', {
      where: { repositoryName: 'a1', tags: [{ Key: 'k' }] },
      fail: { name: 'LimitExceededException' },
    });
    await ecrPublic.createRepository({ repositoryName: 'a1' });
    await ecrPublic.createRepository({ repositoryName: 'b1', tags: [{ Key: 'k', Value: '1' }] });
    const two = { repositoryName: 'a1', tags: ['k', 'l'].map((Key) => ({ Key, Value: '1' })) };
    expect((await refusalOf(ecrPublic.createRepository(two))).name).toBe('RepositoryAlreadyExistsException');
    const one = { repositoryName: 'a1', tags: [{ Key: 'k', Value: '1' }] };
    expect((await refusalOf(ecrPublic.createRepository(one))).name).toBe('LimitExceededException');
    expect(seen.calls.map(({ input }) => input)).toEqual([one]);
  });

  it('may want bytes, and places of the distribution protocol', async () => {
    const registry = await registryWith([repositoryName, 'x2']);
    const { engine, distribution } = registry;
    const parts = engine.intercept('UploadLayerPart', { where: { layerPartBlob: new Uint8Array([1, 2]) } });
    const manifests = engine.intercept('getManifest', { where: { at: { name: 'x2' } } });
    for (const name of [repositoryName, 'x2']) {
      const at = await distribution.locate('public.ecr.aws', `xqj38ptr/${name}`);
      await refusalOf(distribution.getManifest(at, 'v1'));
    }
    for (const bytes of [[1], [1, 2], [1, 3], [1, 2, 3]]) {
      const upload = { repositoryName, uploadId: 'none', partFirstByte: 0, partLastByte: bytes.length - 1 };
      await refusalOf(registry.ecrPublic.uploadLayerPart({ ...upload, layerPartBlob: new Uint8Array(bytes) }));
    }
    expect(parts.calls).toHaveLength(1);
    expect(manifests.calls).toHaveLength(1);
  });

  it('may be told by a function', async () => {
    const { engine, ecrPublic } = emptyRegistry();
    const where = ({ service, operation, input }: SeenCall) =>
      service === 'ecr-public' && operation === 'CreateRepository' && JSON.stringify(input).includes('b');
    const seen = engine.intercept('*', { where });
    for (const name of ['a1', 'b1', 'c1']) await ecrPublic.createRepository({ repositoryName: name });
    expect(names(seen.calls)).toEqual(['b1']);
  });

  it('tells the caller of a function that throws or that answers neither true nor false', async () => {
    const { engine, ecrPublic } = emptyRegistry();
    const error = new Error('of the test');
    const throwing = () => {
      throw error;
    };
    engine.intercept('CreateRepository', { where: throwing });
    await expect(ecrPublic.createRepository({ repositoryName })).rejects.toBe(error);
    expect(isIntercepted(error)).toBe(true);
    engine.stopIntercepting();
    engine.intercept('*', { where: (async () => true) as unknown as () => boolean });
    await expect(ecrPublic.createRepository({ repositoryName })).rejects.toThrow(
      new TypeError('where must return true or false, not [object Promise]'),
    );
    engine.stopIntercepting();
    expect((await ecrPublic.describeRepositories()).repositories).toEqual([]);
  });
});

describe('a function that decides for each call', () => {
  it('fails some calls and lets others pass, which do not count', async () => {
    const { engine, ecrPublic } = emptyRegistry();
    const error = new Error('the third');
    const fails: (CallFailure | undefined)[] = [undefined, { name: 'ThrottlingException' }, error, error];
    const seen = engine.intercept('CreateRepository', { fail: async () => fails.shift(), times: 2 });
    const create = (name: string) =>
      ecrPublic.createRepository({ repositoryName: name }).catch((thrown: unknown) => thrown);
    expect(await create('a1')).toMatchObject({ repository: {} });
    expect(await create('b1')).toMatchObject({ name: 'ThrottlingException' });
    expect(await create('c1')).toBe(error);
    expect(await create('d1')).toMatchObject({ repository: {} });
    expect(seen.calls).toHaveLength(4);
    expect(fails).toHaveLength(1);
  });

  it('gets the call', async () => {
    const { engine, ecrPublic, ecr: face } = emptyRegistry();
    engine.intercept('*', {
      fail: ({ service, operation, input }) =>
        service === 'ecr' ? { name: 'ServerException', message: `${operation} ${JSON.stringify(input)}` } : undefined,
    });
    await ecrPublic.createRepository({ repositoryName });
    expect(await refusalOf(face.createRepository({ repositoryName }))).toEqual({
      name: 'ServerException',
      message: 'CreateRepository {"repositoryName":"x1"}',
    });
  });

  it.each<[unknown, string]>([
    [{ name: 'LayersNotFoundException' }, "DescribeRepositories has no exception 'LayersNotFoundException'; "],
    ['ThrottlingException', 'fail must be an Error, '],
  ])('tells the caller that it decided wrong: %j', async (fail, sentence) => {
    const { engine, ecrPublic } = emptyRegistry();
    engine.intercept('*', { fail: (() => fail) as unknown as () => undefined });
    const call = ecrPublic.describeRepositories();
    await expect(call).rejects.toThrow(TypeError);
    await expect(call).rejects.toThrow(sentence);
  });

  it('throws its own error, which reaches the caller', async () => {
    const { engine, ecrPublic } = emptyRegistry();
    const error = new Error('of the test');
    engine.intercept('*', { fail: () => Promise.reject(error) });
    await expect(ecrPublic.describeRepositories()).rejects.toBe(error);
    expect(isIntercepted(error)).toBe(true);
  });

  it('delays some calls', async () => {
    const { engine, ecrPublic } = emptyRegistry();
    let go = () => {};
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    engine.intercept('CreateRepository', {
      delay: ({ input }) => ((input as { repositoryName: string }).repositoryName === 'a1' ? gate : undefined),
      times: 1,
    });
    const held = ecrPublic.createRepository({ repositoryName: 'a1' });
    await ecrPublic.createRepository({ repositoryName: 'b1' });
    expect((await ecrPublic.describeRepositories()).repositories).toHaveLength(1);
    go();
    await held;
    engine.stopIntercepting();
    engine.intercept('*', { delay: () => -1 });
    await expect(ecrPublic.describeRepositories()).rejects.toThrow(/^delay must be a number of milliseconds from 0/);
  });

  it('does not fail more calls that come at once than it may', async () => {
    const { engine, ecrPublic } = emptyRegistry();
    engine.intercept('CreateRepository', { fail: async () => ({ name: 'ServerException' }), times: 1 });
    const calls = ['a1', 'b1', 'c1'].map((name) => ecrPublic.createRepository({ repositoryName: name }));
    const outcomes = await Promise.allSettled(calls);
    expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(1);
  });
});
