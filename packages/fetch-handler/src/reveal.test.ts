import { createEngine, ecr, ecrPublic, RegistryError } from '@coracle/core';
import { withTestHelpers } from '@coracle/core/testing';
import { memoryStorage } from '@coracle/storage-memory';
import { describe, expect, it } from 'vitest';
import { storageFull } from '../../core/src/errors.ts';
import { type Failure, revealer } from './reveal.ts';
import { statusOf } from './statuses.ts';

function revealed(error: unknown) {
  const failures: Failure[] = [];
  return { shown: revealer((failure) => void failures.push(failure))(error), failures };
}

/** The error as `intercept` throws it. */
async function asked(error: Error): Promise<unknown> {
  const engine = withTestHelpers(createEngine({ storage: memoryStorage(), services: [ecrPublic, ecr] }));
  engine.intercept('DescribeRepositories', { fail: error });
  return engine.ecr.describeRepositories().catch((thrown: unknown) => thrown);
}

describe('the text that a client sees', () => {
  it('of a refusal is all of it', () => {
    const refusal = new RegistryError('E', 'no', 'DENIED');
    expect(revealed(refusal)).toEqual({ shown: refusal, failures: [] });
  });

  it.each([
    [
      'of the storage',
      new RegistryError('ServerException', 'PutImage failed: /var/x', 'UNKNOWN', {
        fault: 'server',
        cause: new Error('/var/x'),
      }),
    ],
    ['of Coracle', new TypeError('x is undefined')],
    ['that is no error', 'text'],
  ])('of a failure %s is an id, under which the log has it', (_, error) => {
    const { shown, failures } = revealed(error);
    expect(failures).toEqual([{ id: expect.stringMatching(/^[0-9a-f-]{36}$/), error }]);
    expect(shown).toMatchObject({
      name: 'ServerException',
      message: `The registry failed. Its log has the cause under the id ${failures[0]?.id}`,
      ociCode: 'UNKNOWN',
      fault: 'server',
    });
    expect(statusOf(shown)).toBe(500);
    expect(shown.cause).toBeUndefined();
  });

  it('of an error that a test asked for is its name, its message and its members', async () => {
    const exception = Object.assign(new Error('gone'), {
      name: 'RepositoryNotFoundException',
      $fault: 'client',
      $metadata: {},
      registryId: '1',
    });
    const { shown } = revealed(await asked(exception));
    expect(shown).toMatchObject({
      name: 'RepositoryNotFoundException',
      message: 'gone',
      members: { registryId: '1' },
      fault: 'client',
    });
    expect(statusOf(shown)).toBe(400);
    const plain = revealed(await asked(new Error('out of order'))).shown;
    expect(plain).toMatchObject({ name: 'Error', message: 'out of order' });
    expect(statusOf(plain)).toBe(500);
  });

  it('of a refusal that a test asked for is all of it, its cause aside', async () => {
    const refusal = new RegistryError('E', 'no', 'DENIED', { fault: 'server', cause: new Error('as a test') });
    expect(revealed(await asked(refusal))).toEqual({ shown: refusal, failures: [] });
  });

  it('of a full storage is that it is full', () => {
    const full = storageFull('PutImage', new Error('/var/x is full'));
    const { shown, failures } = revealed(full);
    expect(shown.message).toBe(`${full.message} Its log has the cause under the id ${failures[0]?.id}`);
    expect(statusOf(shown)).toBe(507);
  });

  it.each([
    Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }),
    new TypeError('fetch failed', { cause: Object.assign(new Error('other side closed'), { code: 'UND_ERR_SOCKET' }) }),
  ])('of a network error that a test asked for is nothing: it is thrown, and ends the connection', async (error) => {
    const thrown = await asked(error);
    expect(() => revealed(thrown)).toThrow(error);
  });
});
