import { describe, expect, it } from 'vitest';
import { emptyRegistry } from '../../test-support/registry.ts';
import { type NetworkFailure, networkError } from './network-error.ts';

const repositoryName = 'x1';

describe('a network error', () => {
  it.each<[NetworkFailure, object]>([
    ['ECONNRESET', { name: 'TimeoutError', code: 'ECONNRESET', syscall: 'read', message: 'read ECONNRESET' }],
    ['ECONNREFUSED', { name: 'Error', code: 'ECONNREFUSED', syscall: 'connect', message: 'connect ECONNREFUSED' }],
    ['ENOTFOUND', { name: 'Error', code: 'ENOTFOUND', syscall: 'getaddrinfo', message: 'getaddrinfo ENOTFOUND' }],
    ['timeout', { name: 'TimeoutError', code: 'ETIMEDOUT', message: 'The request timed out' }],
    ['aborted', { name: 'Error', code: 'ECONNRESET', message: 'aborted' }],
  ])('%s has the form that the SDK gets', (failure, members) => {
    const error = networkError(failure);
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject(members);
  });

  it.each([
    ['ECONRESET', "networkError has no failure 'ECONRESET'; did you mean 'ECONNRESET'?"],
    ['EPERM', "networkError has no failure 'EPERM'; "],
    ['toString', "networkError has no failure 'toString'; it has EAI_AGAIN, "],
    [undefined, "networkError has no failure 'undefined'; it has "],
  ])('is not made of %s', (failure, sentence) => {
    expect(() => networkError(failure as NetworkFailure)).toThrow(TypeError);
    expect(() => networkError(failure as NetworkFailure)).toThrow(sentence);
  });

  it('is what a call fails with, which changes nothing', async () => {
    const { engine, ecrPublic } = emptyRegistry();
    const error = networkError('ECONNRESET');
    engine.intercept('CreateRepository', { fail: error });
    await expect(ecrPublic.createRepository({ repositoryName })).rejects.toBe(error);
    expect((await ecrPublic.describeRepositories()).repositories).toEqual([]);
  });

  it('of an answer that breaks off comes after the call was carried out', async () => {
    const { engine, ecrPublic } = emptyRegistry();
    const error = networkError('aborted');
    engine.intercept('CreateRepository', { fail: error, times: 2 });
    // The answer that says that the repository exists is lost as well.
    for (let i = 0; i < 2; i++) await expect(ecrPublic.createRepository({ repositoryName })).rejects.toBe(error);
    expect((await ecrPublic.describeRepositories()).repositories).toMatchObject([{ repositoryName }]);
  });

  it('may be decided for each call', async () => {
    const { engine, ecrPublic } = emptyRegistry();
    engine.intercept('CreateRepository', { fail: () => networkError('aborted'), times: 1 });
    await expect(ecrPublic.createRepository({ repositoryName })).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect((await ecrPublic.describeRepositories()).repositories).toHaveLength(1);
  });
});
