import { describe, expect, it } from 'vitest';
import { account, emptyRegistry, hour, minute, otherAccount, start } from '../../../test-support/registry.ts';
import { itIsRefusedElsewhere } from '../../../test-support/rules.ts';

describe('GetAuthorizationToken', () => {
  itIsRefusedElsewhere('GetAuthorizationToken', ({ ecrPublic }, options) =>
    ecrPublic.getAuthorizationToken({}, options),
  );

  it('answers with one object: base64 of AWS and a password, good for twelve hours', async () => {
    const { ecrPublic, clock } = emptyRegistry();
    clock.advance(minute);
    const { authorizationData, ...rest } = await ecrPublic.getAuthorizationToken();
    expect(rest).toEqual({});
    expect(Object.keys(authorizationData ?? {}).sort()).toEqual(['authorizationToken', 'expiresAt']);
    expect(authorizationData?.expiresAt).toEqual(new Date(start + minute + 12 * hour));
    expect(authorizationData?.authorizationToken).toMatch(/^\S+$/);
    expect(atob(authorizationData?.authorizationToken ?? '')).toMatch(/^AWS:[\x21-\x7e]+$/);
  });

  it('lives as long as the limits say', async () => {
    const { ecrPublic } = emptyRegistry({ limits: { tokenLifetime: minute } });
    const { authorizationData } = await ecrPublic.getAuthorizationToken();
    expect(authorizationData?.expiresAt).toEqual(new Date(start + minute));
  });

  it('gives a fresh token each time; the ones before stay good', async () => {
    const { ecrPublic, distribution } = emptyRegistry();
    const one = (await ecrPublic.getAuthorizationToken()).authorizationData?.authorizationToken ?? '';
    const two = (await ecrPublic.getAuthorizationToken()).authorizationData?.authorizationToken ?? '';
    expect(one).not.toBe(two);
    for (const token of [one, two]) expect(await distribution.openToken(token)).toBeDefined();
  });

  it('gives a token that says who got it, whole or only its password', async () => {
    const { ecrPublic, distribution } = emptyRegistry({ region: 'eu-west-1' });
    const { authorizationData } = await ecrPublic.getAuthorizationToken(
      {},
      { accountId: otherAccount, region: 'us-east-1' },
    );
    const token = authorizationData?.authorizationToken ?? '';
    const expected = {
      isPassword: true,
      unchecked: false,
      identity: { kind: 'account', accountId: otherAccount, arn: `arn:aws:iam::${otherAccount}:root` },
      scopes: undefined,
      service: 'ecr-public',
      accountId: otherAccount,
      region: 'us-east-1',
      expiresAt: start + 12 * hour,
      expiresIn: 43_200,
    };
    expect(await distribution.openToken(token)).toEqual(expected);
    expect(await distribution.openToken(atob(token).slice('AWS:'.length))).toEqual(expected);
  });

  it('gives a token that opens in no other registry, and not when it was altered', async () => {
    const { ecrPublic, distribution } = emptyRegistry();
    const { authorizationData } = await ecrPublic.getAuthorizationToken();
    const password = atob(authorizationData?.authorizationToken ?? '').slice('AWS:'.length);
    expect(await emptyRegistry().distribution.openToken(password)).toBeUndefined();
    for (const other of [
      password.replace(/^./, (first) => (first === 'x' ? 'y' : 'x')),
      `${password}x`,
      password.slice(1),
      '',
      'AWS',
      btoa('AWS:'),
      btoa(account),
    ]) {
      expect(await distribution.openToken(other)).toBeUndefined();
    }
  });

  it('gives tokens that outlive the engine, with the storage or with the same secret', async () => {
    const first = emptyRegistry();
    const token = (await first.ecrPublic.getAuthorizationToken()).authorizationData?.authorizationToken ?? '';
    const again = emptyRegistry({ storage: first.storage });
    expect(await again.distribution.openToken(token)).toMatchObject({ accountId: account });

    const signed = emptyRegistry({ secret: 'shared'.repeat(6) });
    const shared = (await signed.ecrPublic.getAuthorizationToken()).authorizationData?.authorizationToken ?? '';
    expect(await emptyRegistry({ secret: 'shared'.repeat(6) }).distribution.openToken(shared)).toMatchObject({
      accountId: account,
    });
    expect(await emptyRegistry({ secret: 'other'.repeat(8) }).distribution.openToken(shared)).toBeUndefined();
  });

  it('does not take the token of a page for one', async () => {
    const { ecrPublic, distribution } = emptyRegistry();
    for (const repositoryName of ['one', 'two']) await ecrPublic.createRepository({ repositoryName });
    const { nextToken = '' } = await ecrPublic.describeRepositories({ maxResults: 1 });
    expect(await distribution.openToken(nextToken)).toBeUndefined();
  });
});
