import { describe, expect, it } from 'vitest';
import { header, refused, served } from '../../test-support/served.ts';

async function withTags(...tags: string[]) {
  const made = served();
  await made.engine.seed({ private: { 'team/web': tags.length === 0 ? [] : [{ tags, layers: ['x'] }] } });
  const list = async (query = '') => {
    const response = await made.fetch(`/v2/team/web/tags/list${query}`);
    return { response, link: header(response, 'link'), body: await response.clone().json() };
  };
  return { ...made, list };
}

describe('the tags of a repository', () => {
  it('are listed by name', async () => {
    const { list } = await withTags('v2', 'v10', 'latest', 'V1');
    const { response, link, body } = await list();
    expect(response.status).toBe(200);
    expect(header(response, 'content-type')).toBe('application/json');
    expect(header(response, 'docker-distribution-api-version')).toBe('registry/2.0');
    expect(link).toBeNull();
    expect(body).toEqual({ name: 'team/web', tags: ['V1', 'latest', 'v10', 'v2'] });
  });

  it('may be none', async () => {
    const { list } = await withTags();
    expect((await list()).body).toEqual({ name: 'team/web', tags: [] });
  });

  it('come in pages, each with a link to the next', async () => {
    const { fetch, list } = await withTags('a', 'b', 'c', 'd', 'e');
    const first = await list('?n=2');
    expect(first.body).toEqual({ name: 'team/web', tags: ['a', 'b'] });
    expect(first.link).toBe('</v2/team/web/tags/list?n=2&last=b>; rel="next"');
    const pages: unknown[] = [];
    for (let next: string | undefined = '/v2/team/web/tags/list?n=2'; next !== undefined; ) {
      const response = await fetch(next);
      pages.push(((await response.json()) as { tags: string[] }).tags);
      next = /<(.+)>; rel="next"/.exec(header(response, 'link') ?? '')?.[1];
    }
    expect(pages).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
  });

  it('have no link where the last page is full', async () => {
    const { list } = await withTags('a', 'b');
    expect(await list('?n=2')).toMatchObject({ link: null, body: { tags: ['a', 'b'] } });
    expect(await list('?n=5000')).toMatchObject({ link: null, body: { tags: ['a', 'b'] } });
    expect(await list('?n=0')).toMatchObject({ link: null, body: { tags: [] } });
  });

  it('go on after a tag, which need not exist', async () => {
    const { list } = await withTags('a', 'b', 'd');
    expect((await list('?last=b')).body).toEqual({ name: 'team/web', tags: ['d'] });
    expect((await list('?last=c&n=1')).body).toEqual({ name: 'team/web', tags: ['d'] });
    expect((await list('?last=z')).body).toEqual({ name: 'team/web', tags: [] });
    expect((await list('?last=')).body).toEqual({ name: 'team/web', tags: ['a', 'b', 'd'] });
  });

  it.each(['?n=', '?n=-1', '?n=two', '?n=1.5', `?n=${'9'.repeat(20)}`])('are refused for %s', async (query) => {
    const { list } = await withTags('a');
    expect(await refused((await list(query)).response)).toEqual({
      status: 400,
      code: 'UNSUPPORTED',
      message: `Invalid parameter at 'n' failed to satisfy constraint: 'Member must be a whole number'`,
    });
  });

  it('are named as the client named them', async () => {
    const { engine, fetch } = served();
    await engine.seed({ public: { web: ['v1'] } });
    const { registries } = await engine.ecrPublic.describeRegistries();
    const alias = registries[0]?.aliases?.[0]?.name;
    const response = await fetch(`/v2/${alias}/web/tags/list?n=1`);
    expect(await response.json()).toEqual({ name: `${alias}/web`, tags: ['v1'] });
  });

  it('are of a repository that exists', async () => {
    const { fetch } = served();
    expect(await refused(await fetch('/v2/none/tags/list'))).toMatchObject({ status: 404, code: 'NAME_UNKNOWN' });
  });
});
