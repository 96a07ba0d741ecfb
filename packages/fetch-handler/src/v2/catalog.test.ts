import { describe, expect, it } from 'vitest';
import { header, refused, type Served, served } from '../../test-support/served.ts';

async function withRepositories(...args: Parameters<typeof served>): Promise<Served> {
  const made = served(...args);
  for (const repositoryName of ['cc', 'aa', 'b/b']) await made.engine.ecr.createRepository({ repositoryName });
  await made.engine.ecrPublic.createRepository({ repositoryName: 'open' });
  return made;
}

describe('the catalog', () => {
  it('has the repositories of the private registry, by name', async () => {
    const { fetch } = await withRepositories();
    const response = await fetch('/v2/_catalog');
    expect([response.status, header(response, 'link')]).toEqual([200, null]);
    expect(await response.json()).toEqual({ repositories: ['aa', 'b/b', 'cc'] });
  });

  it('comes in pages', async () => {
    const { fetch } = await withRepositories();
    const first = await fetch('/v2/_catalog?n=2');
    expect(await first.json()).toEqual({ repositories: ['aa', 'b/b'] });
    expect(header(first, 'link')).toBe('</v2/_catalog?n=2&last=b%2Fb>; rel="next"');
    expect(await (await fetch('/v2/_catalog?n=2&last=b/b')).json()).toEqual({ repositories: ['cc'] });
    expect(await refused(await fetch('/v2/_catalog?n=two'))).toMatchObject({ status: 400 });
  });

  it('is that of the host', async () => {
    const { fetch } = await withRepositories();
    const elsewhere = await fetch('http://123456789012.dkr.ecr.eu-west-1.amazonaws.com/v2/_catalog');
    expect(await elsewhere.json()).toEqual({ repositories: [] });
    expect(await refused(await fetch('http://public.ecr.aws/v2/_catalog'))).toMatchObject({ status: 404 });
  });
});
