import { describe, expect, it } from 'vitest';
import { account, emptyRegistry, expectInvalid, hour, otherAccount, start } from '../../../test-support/registry.ts';

describe('GetAuthorizationToken', () => {
  it("answers with a list of one, for the caller's registry", async () => {
    const { ecr, distribution } = emptyRegistry();
    const { authorizationData, ...rest } = await ecr.getAuthorizationToken();
    expect(rest).toEqual({});
    expect(authorizationData).toEqual([
      {
        authorizationToken: expect.stringMatching(/^\S+$/),
        expiresAt: new Date(start + 12 * hour),
        proxyEndpoint: `https://${account}.dkr.ecr.us-east-1.amazonaws.com`,
      },
    ]);
    const token = authorizationData?.[0]?.authorizationToken ?? '';
    expect(atob(token)).toMatch(/^AWS:/);
    expect(await distribution.openToken(token)).toMatchObject({
      service: 'ecr',
      accountId: account,
      region: 'us-east-1',
    });
  });

  it('gives one for each registry, in the order of the ids', async () => {
    const { ecr, distribution } = emptyRegistry();
    const registryIds = [otherAccount, account, '999999999999'];
    const { authorizationData = [] } = await ecr.getAuthorizationToken({ registryIds }, { region: 'eu-west-1' });
    expect(authorizationData.map(({ proxyEndpoint }) => proxyEndpoint)).toEqual(
      registryIds.map((id) => `https://${id}.dkr.ecr.eu-west-1.amazonaws.com`),
    );
    const opened = await Promise.all(
      authorizationData.map((data) => distribution.openToken(data.authorizationToken ?? '')),
    );
    expect(opened.map((token) => [token?.accountId, token?.region])).toEqual(
      registryIds.map((id) => [id, 'eu-west-1']),
    );
  });

  it('gives a fresh token each time', async () => {
    const { ecr } = emptyRegistry();
    const { authorizationData = [] } = await ecr.getAuthorizationToken({ registryIds: [account, account] });
    const again = (await ecr.getAuthorizationToken()).authorizationData ?? [];
    expect(new Set([...authorizationData, ...again].map((data) => data.authorizationToken)).size).toBe(3);
  });

  it('is told by the token when it has expired', async () => {
    const { ecr, distribution, clock } = emptyRegistry();
    const { authorizationData } = await ecr.getAuthorizationToken();
    const expiresIn = async () =>
      (await distribution.openToken(authorizationData?.[0]?.authorizationToken ?? ''))?.expiresIn;
    expect(await expiresIn()).toBe(43_200);
    clock.advance(12 * hour);
    expect(await expiresIn()).toBe(0);
  });

  it('works in every region, and names the host that really answers', async () => {
    const { ecr } = emptyRegistry({ endpoint: 'https://registry.example:8443' });
    const { authorizationData } = await ecr.getAuthorizationToken({}, { region: 'ap-south-1' });
    expect(authorizationData?.[0]?.proxyEndpoint).toBe('https://registry.example:8443');
  });

  it.each([
    [[], 'Member must have length greater than or equal to 1'],
    [Array.from({ length: 11 }, () => account), 'Member must have length less than or equal to 10'],
    [['acme'], 'Member must satisfy constraint: [Member must satisfy regular expression pattern: [0-9]{12}]'],
  ])('refuses wrong registry ids (%#)', async (registryIds, constraint) => {
    const registry = emptyRegistry();
    await expectInvalid(registry, () => registry.ecr.getAuthorizationToken({ registryIds }), 'registryIds', constraint);
  });
});
