import { memoryStorage } from '@coracle/storage-memory';
import { describe, expect, it } from 'vitest';
import { emptyRegistry, otherAccount, refusalOf, registryWith } from '../../test-support/registry.ts';
import { storageWith, watchedStorage } from '../../test-support/storage.ts';

describe('a call by name', () => {
  it('does what the method does', async () => {
    const { engine, ecrPublic } = emptyRegistry();
    const made = await engine.invoke(
      'ecr-public',
      'CreateRepository',
      { repositoryName: 'x1' },
      { accountId: otherAccount },
    );
    expect(made).toMatchObject({ repository: { registryId: otherAccount } });
    expect((await ecrPublic.describeRepositories({}, { accountId: otherAccount })).repositories).toHaveLength(1);
  });

  it.each([
    ['ecr-public', 'BatchGetImage', "Amazon ECR Public (2020-10-30) has no operation 'BatchGetImage'"],
    ['ecr-public', 'createRepository', "Amazon ECR Public (2020-10-30) has no operation 'createRepository'"],
    ['ecr', 'NoSuch', "Amazon ECR (2015-09-21) has no operation 'NoSuch'"],
    ['ecr', 'constructor', "Amazon ECR (2015-09-21) has no operation 'constructor'"],
    ['ecr', 'BatchGetImage', 'Coracle does not implement BatchGetImage of Amazon ECR yet: use another operation'],
  ] as const)('of %s knows no %s', async (service, operation, message) => {
    const { engine } = emptyRegistry();
    expect(await refusalOf(engine.invoke(service, operation, {}))).toEqual({
      name: 'UnknownOperationException',
      message,
    });
  });

  it.each<[unknown, string]>([
    [[], 'SerializationException'],
    ['{}', 'SerializationException'],
    [{ repositoryName: 1 }, 'SerializationException'],
    [{}, 'InvalidParameterException'],
    [undefined, 'InvalidParameterException'],
    [null, 'InvalidParameterException'],
    [{ repositoryName: null }, 'InvalidParameterException'],
  ])('refuses the input %j', async (input, name) => {
    const { engine } = emptyRegistry();
    expect((await refusalOf(engine.invoke('ecr-public', 'CreateRepository', input))).name).toBe(name);
  });

  it('ignores members that are unknown or null', async () => {
    const { engine } = emptyRegistry();
    const input = { repositoryName: 'x1', unknown: 1, tags: null, catalogData: { other: {} } };
    expect(await engine.invoke('ecr-public', 'CreateRepository', input)).toMatchObject({ catalogData: {} });
  });

  it('has decided on its input by the time it is made', async () => {
    const { engine, ecrPublic } = emptyRegistry();
    const input = { repositoryName: 'x1' };
    const call = engine.invoke('ecr-public', 'CreateRepository', input);
    input.repositoryName = 'Not A Name';
    await call;
    expect((await ecrPublic.describeRepositories()).repositories[0]?.repositoryName).toBe('x1');
  });
});

describe('a failure below the registry', () => {
  it('is a ServerException that says which operation it was, with its cause', async () => {
    const cause = new Error('disk full');
    const storage = watchedStorage(storageWith(memoryStorage(), { records: { commit: () => Promise.reject(cause) } }));
    const { ecrPublic, distribution } = emptyRegistry({ storage });
    await expect(ecrPublic.createRepository({ repositoryName: 'x1' })).rejects.toMatchObject({
      name: 'ServerException',
      message: 'CreateRepository failed: disk full',
      fault: 'server',
      ociCode: 'UNKNOWN',
      cause,
    });
    const at = await distribution.locate('public.ecr.aws', 'xqj38ptr/x1');
    await expect(distribution.ensureRepository(at)).rejects.toMatchObject({ name: 'ServerException', cause });
  });
});

describe('a record that others change again and again', () => {
  const message =
    'A record could not be changed, because other calls changed it during each of 24 attempts. Nothing was written. Try again.';
  const failure = { name: 'ServerException', message, ociCode: 'UNKNOWN', fault: 'server', retryable: true };
  /** A storage's own copy of the class, as in a bundle of its own. */
  const own = Object.assign(new Error(message), { name: 'Contention' });

  it.each([
    ['as the engine finds out', async () => ({ ok: false, key: 'secret' }) as const],
    ['as a storage says', () => Promise.reject(own)],
  ])('is a ServerException that can be tried again, %s', async (_, commit) => {
    const storage = watchedStorage(storageWith(memoryStorage(), { records: { commit } }));
    const { ecrPublic, distribution } = emptyRegistry({ storage });
    await expect(ecrPublic.createRepository({ repositoryName: 'x1' })).rejects.toMatchObject(failure);
    const at = { host: 'public.ecr.aws', path: 'xqj38ptr/x1' };
    const refused = await refusalOf(distribution.ensureRepository(at));
    expect(refused).toEqual({ name: failure.name, message });
  });
});

describe('a storage that is full', () => {
  it.each([
    ['by its own error', (full: Error) => full],
    ['by the cause of another one', (full: Error) => new Error('The commit failed', { cause: full })],
  ])('is a ServerException with a status that clients do not repeat at once, %s', async (_, errorOf) => {
    const cause = errorOf(Object.assign(new Error('no room in /var/data'), { name: 'QuotaExceededError' }));
    const storage = watchedStorage(storageWith(memoryStorage(), { records: { commit: () => Promise.reject(cause) } }));
    await expect(emptyRegistry({ storage }).ecrPublic.createRepository({ repositoryName: 'x1' })).rejects.toMatchObject(
      {
        name: 'ServerException',
        message:
          'CreateRepository failed: the storage is full, and nothing was written. Delete images that are not needed, call collectGarbage(), then try again.',
        ociCode: 'DENIED',
        fault: 'server',
        cause,
      },
    );
  });
});

describe('a paginator', () => {
  it('can start from a token, stops where its consumer does, and asks for no page too many', async () => {
    const { engine, ecrPublic } = await registryWith(['one', 'three', 'two']);
    const seen = engine.intercept('DescribeRepositories');
    for await (const page of ecrPublic.paginateDescribeRepositories({ maxResults: 1 })) {
      expect(page.repositories).toHaveLength(1);
      break;
    }
    expect(seen.calls.map(({ input }) => input)).toEqual([{ maxResults: 1 }]);
  });

  it('ends at a token that is the one before, if told so', async () => {
    const { ecrPublic } = await registryWith(['one', 'two']);
    const { nextToken = '' } = await ecrPublic.describeRepositories({ maxResults: 1 });
    const pages: number[] = [];
    const options = { pageSize: 1, startingToken: nextToken, stopOnSameToken: true };
    for await (const page of ecrPublic.paginateDescribeRepositories({}, options)) pages.push(page.repositories.length);
    expect(pages).toEqual([1]);
  });

  it('passes a refusal on', async () => {
    const { ecrPublic } = emptyRegistry();
    const pages = ecrPublic.paginateDescribeImages({ repositoryName: 'ghost' });
    expect((await refusalOf(pages.next())).name).toBe('RepositoryNotFoundException');
  });
});
