import { describe, expect, it } from 'vitest';
import { bytesOf, header, ofV2, refused, served, sha256 } from '../../test-support/served.ts';

async function withBlob() {
  const made = served();
  for (const repositoryName of ['from', 'to']) await made.engine.ecr.createRepository({ repositoryName });
  const digest = await sha256(bytesOf('content'));
  const post = (query: string, name = 'to', body?: BodyInit) =>
    made.fetch(`/v2/${name}/blobs/uploads/?${query}`, { method: 'POST', ...(body === undefined ? {} : { body }) });
  expect((await post(`digest=${digest}`, 'from', 'content')).status).toBe(201);
  return { ...made, digest, post };
}

describe('a mount', () => {
  it('gives a repository the blob of another one', async () => {
    const { fetch, digest, post } = await withBlob();
    const response = await post(`mount=${digest}&from=from`);
    expect(response.status).toBe(201);
    expect(Object.fromEntries(response.headers)).toEqual({
      location: `/v2/to/blobs/${digest}`,
      'docker-content-digest': digest,
      'content-length': '0',
      ...ofV2,
    });
    expect(await (await fetch(`/v2/to/blobs/${digest}`)).text()).toBe('content');
  });

  it('reaches from the private registry into the public one', async () => {
    const { engine, fetch, digest, post } = await withBlob();
    const { repository } = await engine.ecrPublic.createRepository({ repositoryName: 'open' });
    const name = repository?.repositoryUri?.replace('public.ecr.aws/', '') ?? '';
    expect((await post(`mount=${digest}&from=from`, name)).status).toBe(201);
    expect((await fetch(`/v2/${name}/blobs/${digest}`)).status).toBe(200);
  });

  it('is an upload where the blob is not found', async () => {
    const { digest, post } = await withBlob();
    const other = await sha256(bytesOf('other'));
    const bad = [`mount=${other}&from=from`, `mount=${digest}&from=to`, `mount=${digest}`, 'mount=x&from=from'];
    for (const query of bad) {
      const response = await post(query);
      expect([query, response.status]).toEqual([query, 202]);
      expect(header(response, 'location')).toMatch(/^\/v2\/to\/blobs\/uploads\/./);
    }
  });

  it('fails where the storage does', async () => {
    const { engine, digest, post } = await withBlob();
    engine.intercept('mountBlob', { fail: new Error('no disk') });
    expect((await post(`mount=${digest}&from=from`)).status).toBe(500);
  });
});

describe('an upload', () => {
  it('is cancelled once', async () => {
    const { fetch, post } = await withBlob();
    const location = header(await post(''), 'location') ?? '';
    expect((await fetch(location, { method: 'PATCH', body: 'content' })).status).toBe(202);
    expect((await fetch(location, { method: 'DELETE' })).status).toBe(204);
    for (const method of ['GET', 'DELETE']) {
      const response = await fetch(location, { method });
      expect(await refused(response)).toMatchObject({ status: 404, code: 'BLOB_UPLOAD_UNKNOWN' });
    }
  });

  it('is told of its digest’s algorithm', async () => {
    const { post } = await withBlob();
    for (const algorithm of ['sha256', 'sha512']) {
      expect((await post(`digest-algorithm=${algorithm}`)).status).toBe(202);
    }
    expect(await refused(await post('digest-algorithm=md5'))).toEqual({
      status: 400,
      code: 'DIGEST_INVALID',
      message: "The digest algorithm 'md5' is not one of sha256 and sha512",
    });
  });
});
