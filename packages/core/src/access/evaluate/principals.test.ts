import { describe, expect, it } from 'vitest';
import type { PolicyPrincipals } from './policy-document.ts';
import { exceptsCaller, namesCaller } from './principals.ts';

const accountId = '111122223333';
const callers = {
  bob: `arn:aws:iam::${accountId}:user/bob`,
  eve: `arn:aws:iam::${accountId}:user/team/eve`,
  role: `arn:aws:iam::${accountId}:role/deploy`,
  session: `arn:aws:sts::${accountId}:assumed-role/deploy/ci`,
  root: `arn:aws:iam::${accountId}:root`,
};
const callerOf = (name: keyof typeof callers | 'nobody') =>
  name === 'nobody' ? undefined : { accountId, arn: callers[name] };

describe('a principal', () => {
  it.each<[PolicyPrincipals, (keyof typeof callers | 'nobody')[]]>([
    ['*', ['bob', 'eve', 'role', 'session', 'root', 'nobody']],
    [{ AWS: '*' }, ['bob', 'eve', 'role', 'session', 'root', 'nobody']],
    [{ AWS: ['444455556666', '*'] }, ['bob', 'eve', 'role', 'session', 'root', 'nobody']],
    [{ AWS: accountId }, ['bob', 'eve', 'role', 'session', 'root']],
    [{ AWS: callers.root }, ['bob', 'eve', 'role', 'session', 'root']],
    [{ AWS: callers.bob }, ['bob']],
    [{ AWS: [callers.bob, callers.eve] }, ['bob', 'eve']],
    [{ AWS: callers.role }, ['role', 'session']],
    [{ AWS: `arn:aws:iam::${accountId}:role/path/of/deploy` }, ['session']],
    [{ AWS: callers.session }, ['session']],
    [{ AWS: `arn:aws:sts::${accountId}:assumed-role/deploy/other` }, []],
    [{ AWS: '444455556666' }, []],
    [{ AWS: 'arn:aws:iam::444455556666:user/bob' }, []],
    [{ AWS: 'arn:aws:iam::444455556666:role/deploy' }, []],
    [{ AWS: `arn:aws:iam::${accountId}:user/BOB` }, []],
    [{ AWS: `arn:aws:iam::${accountId}:user/*` }, []],
    [{ AWS: `arn:aws:iam::${accountId}:group/bob` }, []],
    [{ Service: 'codebuild.amazonaws.com', Federated: '*', CanonicalUser: '*' }, []],
  ])('%j names %j', (principals, expected) => {
    const names = [...(Object.keys(callers) as (keyof typeof callers)[]), 'nobody' as const];
    expect(names.filter((name) => namesCaller(principals, callerOf(name)))).toEqual(expected);
  });
});

describe('an exception from a denial', () => {
  it.each<[string, PolicyPrincipals, (keyof typeof callers | 'nobody')[]]>([
    ['everybody', '*', ['bob', 'eve', 'role', 'session', 'root', 'nobody']],
    ['an account', { AWS: accountId }, ['bob', 'eve', 'role', 'session', 'root']],
    ['an account and one of its users', { AWS: [callers.root, callers.bob] }, ['bob', 'root']],
    ['an account and one of its roles', { AWS: [accountId, callers.role] }, ['role', 'session', 'root']],
    [
      'an account and a user of another one',
      { AWS: [accountId, 'arn:aws:iam::444455556666:user/bob'] },
      ['bob', 'eve', 'role', 'session', 'root'],
    ],
    ['a user without the account', { AWS: callers.bob }, []],
    ['a user with another account', { AWS: [callers.bob, '444455556666'] }, []],
    ['a service', { Service: 'codebuild.amazonaws.com' }, []],
  ])('is made for %s', (_, principals, expected) => {
    const names = [...(Object.keys(callers) as (keyof typeof callers)[]), 'nobody' as const];
    expect(names.filter((name) => exceptsCaller(principals, callerOf(name)))).toEqual(expected);
  });
});
