import { networkError } from '@coracle/core/testing';
import { describe, expect, it } from 'vitest';
import { served } from '../test-support/served.ts';

describe('a connection that a test lets fail', () => {
  it.each(['ECONNRESET', 'EAI_AGAIN', 'timeout'] as const)('by %s rejects as fetch does', async (failure) => {
    const { engine, call, fetch } = served();
    const error = networkError(failure);
    engine.intercept('*', { fail: error });
    const rejection = { name: 'TypeError', message: 'fetch failed', cause: error };
    await expect(call('CreateRepository', { repositoryName: 'x1' })).rejects.toMatchObject(rejection);
    await expect(fetch('/v2/team/web/tags/list')).rejects.toMatchObject(rejection);
    engine.stopIntercepting();
    expect((await engine.ecrPublic.describeRepositories()).repositories).toEqual([]);
  });

  it('while its answer comes gives an answer whose body breaks off', async () => {
    const { engine, call } = served();
    const error = networkError('aborted');
    engine.intercept('CreateRepository', { fail: error, times: 1 });
    const answer = await call('CreateRepository', { repositoryName: 'x1' });
    expect(answer.status).toBe(200);
    await expect(answer.text()).rejects.toMatchObject({ name: 'TypeError', message: 'terminated', cause: error });
    expect((await call('CreateRepository', { repositoryName: 'x1' })).status).toBe(400);
  });

  it('while an answer without a body comes rejects as fetch does', async () => {
    const { engine, fetch } = served();
    const error = networkError('aborted');
    engine.intercept('*', { service: 'distribution', fail: error });
    await expect(fetch('/v2/team/web/manifests/v1', { method: 'HEAD' })).rejects.toMatchObject({
      message: 'fetch failed',
      cause: error,
    });
  });

  it('by an Error of the test’s own rejects with that error', async () => {
    const { engine, call } = served();
    const error = Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
    engine.intercept('*', { fail: error });
    await expect(call('DescribeRepositories')).rejects.toBe(error);
  });
});
