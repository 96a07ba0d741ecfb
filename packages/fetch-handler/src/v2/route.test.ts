import { describe, expect, it } from 'vitest';
import { refused, served } from '../../test-support/served.ts';

describe('a push to a repository that does not exist', () => {
  it('is refused by default', async () => {
    const { fetch } = served();
    expect(await refused(await fetch('/v2/new/blobs/uploads/', { method: 'POST' }))).toEqual({
      status: 404,
      code: 'NAME_UNKNOWN',
      message: `The repository with name 'new' does not exist in the registry with id '123456789012'`,
    });
  });

  it('creates it with createOnPush, once', async () => {
    const { engine, fetch } = served({ createOnPush: true });
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => fetch('/v2/team/new/blobs/uploads/', { method: 'POST' })),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    expect((await engine.ecr.describeRepositories()).repositories).toMatchObject([{ repositoryName: 'team/new' }]);
  });

  it('is still refused what is no name', async () => {
    const { engine, fetch } = served({ createOnPush: true });
    expect(await refused(await fetch('/v2/New/blobs/uploads/', { method: 'POST' }))).toMatchObject({
      code: 'NAME_INVALID',
    });
    expect((await engine.ecr.describeRepositories()).repositories).toEqual([]);
  });

  it('is not created by a pull', async () => {
    const { engine, fetch } = served({ createOnPush: true });
    expect((await fetch('/v2/new/tags/list')).status).toBe(404);
    expect((await fetch('/v2/new/manifests/v1')).status).toBe(404);
    expect((await engine.ecr.describeRepositories()).repositories).toEqual([]);
  });
});
