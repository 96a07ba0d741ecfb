import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { randomNumbers } from '../../../test-support/consistency.ts';
import { randomPolicy, randomRequest, randomStatement } from '../../../test-support/random-policies.ts';
import { evaluatePolicy, isAllowed, type PolicyDecision } from './evaluate.ts';
import type { PolicyDocument, PolicyStatement } from './policy-document.ts';
import type { PolicyRequest } from './policy-request.ts';

const owner = '111122223333';
const bob = { accountId: '444455556666', arn: 'arn:aws:iam::444455556666:user/bob' };
const request: PolicyRequest = {
  principal: bob,
  action: 'ecr:BatchGetImage',
  resource: `arn:aws:ecr:us-east-1:${owner}:repository/team/web`,
};
const allow: PolicyStatement = { Effect: 'Allow', Principal: '*', Action: 'ecr:*' };
const deny: PolicyStatement = { ...allow, Effect: 'Deny' };
const policyOf = (...Statement: PolicyStatement[]): PolicyDocument => ({ Version: '2012-10-17', Statement });

/** Returns the decision of a policy with one statement that allows. */
const decide = (statement: Partial<PolicyStatement>, asked: Partial<PolicyRequest> = {}, version?: '2008-10-17') =>
  evaluatePolicy(
    { ...policyOf({ ...allow, ...statement }), ...(version && { Version: version }) },
    { ...request, ...asked },
  );

describe('a policy', () => {
  it.each<[string, PolicyDocument, PolicyDecision]>([
    ['allows by a statement', policyOf(allow), 'Allow'],
    ['allows by a statement without a list', { Statement: allow }, 'Allow'],
    ['denies by a statement', policyOf(deny), 'Deny'],
    ['denies if it also allows', policyOf(allow, deny), 'Deny'],
    ['denies if it allows afterwards', policyOf(deny, allow), 'Deny'],
    ['decides nothing by a statement on other actions', policyOf({ ...deny, Action: 'ecr:PutImage' }), undefined],
    ['allows if only the denial is about other actions', policyOf(allow, { ...deny, Action: 'ecr:PutImage' }), 'Allow'],
  ])('%s', (_, policy, decision) => {
    expect(evaluatePolicy(policy, request)).toBe(decision);
  });

  it.each<[Partial<PolicyStatement>, Partial<PolicyRequest>, PolicyDecision]>([
    [{ Principal: { AWS: bob.accountId } }, {}, 'Allow'],
    [{ Principal: { AWS: owner } }, {}, undefined],
    [{ Principal: { AWS: bob.accountId } }, { principal: undefined }, undefined],
    [{ Principal: '*' }, { principal: undefined }, 'Allow'],
    [{ Action: '*' }, {}, 'Allow'],
    [{ Action: ['ecr:PutImage', 'ECR:batchgetimage'] }, {}, 'Allow'],
    [{ Action: 'ecr:Batch?etIm*' }, {}, 'Allow'],
    [{ Action: 'ecr:BatchGetImages' }, {}, undefined],
    [{ Action: 'ecr-public:*' }, {}, undefined],
    [{ Action: 'ecr:*' }, { action: 'ecr-public:PutImage' }, 'Allow'],
    [{ Action: 'ecr-public:Put*' }, { action: 'ecr-public:PutImage' }, 'Allow'],
    [{ Action: 'ecr-public:Batch*' }, { action: 'ecr-public:PutImage' }, undefined],
    [{ Resource: 'arn:aws:ecr:*:*:repository/team/*' }, {}, 'Allow'],
    [{ Resource: ['arn:aws:ecr:*:*:repository/web', '*'] }, {}, 'Allow'],
    [{ Resource: 'arn:aws:ecr:*:*:repository/web' }, {}, undefined],
    [{ NotResource: 'arn:aws:ecr:*:*:repository/web' }, {}, 'Allow'],
    [{ NotResource: 'arn:aws:ecr:*:*:repository/team/*' }, {}, undefined],
    [{ Condition: { StringEquals: { 'AWS:UserName': 'bob' } } }, {}, 'Allow'],
    [{ Condition: { StringEquals: { 'aws:username': 'eve' } } }, {}, undefined],
  ])('with %j of a request with %j decides %s', (statement, asked, decision) => {
    expect(decide(statement, asked)).toBe(decision);
  });

  it('may name the actions and principals that it is not about', () => {
    const without = (statement: object) =>
      evaluatePolicy(policyOf({ Effect: 'Deny', ...statement } as PolicyStatement), request);
    expect(without({ Principal: '*', NotAction: 'ecr:PutImage' })).toBe('Deny');
    expect(without({ Principal: '*', NotAction: ['ecr:PutImage', 'ecr:Batch*'] })).toBeUndefined();
    expect(without({ NotPrincipal: { AWS: owner }, Action: '*' })).toBe('Deny');
    expect(without({ NotPrincipal: { AWS: [bob.arn, bob.accountId] }, Action: '*' })).toBeUndefined();
    expect(without({ Effect: 'Allow', NotPrincipal: { AWS: bob.arn }, Action: '*' })).toBeUndefined();
    expect(without({ Effect: 'Allow', NotPrincipal: { AWS: owner }, Action: '*' })).toBe('Allow');
  });

  it('has variables in the version of 2012 only', () => {
    const home = { Resource: 'arn:aws:ecr:*:*:repository/${aws:username}/*' };
    const asked = { resource: request.resource.replace('team', 'bob') };
    expect(decide(home, asked)).toBe('Allow');
    expect(decide(home)).toBeUndefined();
    expect(decide(home, asked, '2008-10-17')).toBeUndefined();
    expect(evaluatePolicy({ Statement: { ...allow, ...home } }, { ...request, ...asked })).toBeUndefined();
  });

  it.each<[string, Partial<PolicyStatement>]>([
    ['an unknown operator', { Condition: { StringSimilar: { 'aws:username': 'bob' } } }],
    ['a value that cannot be read', { Condition: { NotIpAddress: { 'aws:SourceIp': 'here' } } }],
    ['a resource with a variable without a value', { NotResource: 'arn:aws:ecr:*:*:repository/${aws:nope}' }],
    ['a variable in the account of a resource', { NotResource: 'arn:aws:ecr:*:${aws:username}:repository/x' }],
  ])('with %s denies, but never allows', (_, statement) => {
    expect(evaluatePolicy(policyOf({ ...allow, ...statement }), request)).toBeUndefined();
    expect(evaluatePolicy(policyOf({ ...deny, ...statement }), request)).toBe('Deny');
    expect(evaluatePolicy(policyOf({ ...deny, ...statement, Action: 'ecr:PutImage' }), request)).toBeUndefined();
  });

  it.each<[string, Partial<PolicyRequest>, Readonly<Record<string, string>>]>([
    [
      'a user',
      {},
      {
        'aws:PrincipalArn': bob.arn,
        'aws:PrincipalAccount': bob.accountId,
        'aws:PrincipalType': 'User',
        'aws:username': 'bob',
        'aws:ResourceAccount': owner,
      },
    ],
    [
      'a user with a path and an id',
      { principal: { accountId: owner, arn: `arn:aws:iam::${owner}:user/a/b/eve`, userId: 'AIDA1' } },
      {
        'aws:username': 'eve',
        'aws:userid': 'AIDA1',
      },
    ],
    [
      'a session',
      { principal: { accountId: owner, arn: `arn:aws:sts::${owner}:assumed-role/deploy/ci` } },
      {
        'aws:PrincipalArn': `arn:aws:iam::${owner}:role/deploy`,
        'aws:PrincipalType': 'AssumedRole',
      },
    ],
    [
      'the root of an account',
      { principal: { accountId: owner, arn: `arn:aws:iam::${owner}:root` } },
      { 'aws:PrincipalType': 'Account' },
    ],
    ['an anonymous caller', { principal: undefined }, { 'aws:PrincipalType': 'Anonymous', 'aws:userid': 'anonymous' }],
    ['a context that replaces a key', { context: { 'aws:USERNAME': 'eve' } }, { 'aws:username': 'eve' }],
  ])('knows the condition keys of %s', (_, asked, keys) => {
    expect(decide({ Condition: { StringEquals: keys } }, asked)).toBe('Allow');
    for (const [key, value] of Object.entries(keys)) {
      expect(decide({ Condition: { StringEquals: { [key]: `${value}x` } } }, asked), key).toBeUndefined();
    }
  });

  it('knows no user name of a session, and no account of an anonymous caller', () => {
    const missing = (key: string, asked: Partial<PolicyRequest>) =>
      decide({ Condition: { Null: { [key]: true } } }, asked);
    const session = { accountId: owner, arn: `arn:aws:sts::${owner}:assumed-role/deploy/ci` };
    expect(missing('aws:username', { principal: session })).toBe('Allow');
    expect(missing('aws:userid', { principal: session })).toBe('Allow');
    expect(missing('aws:PrincipalAccount', { principal: undefined })).toBe('Allow');
  });
});

describe('a repository', () => {
  const own = { accountId: owner, arn: `arn:aws:iam::${owner}:user/eve` };

  it.each<[string, PolicyDocument | undefined, [own: boolean, other: boolean, anonymous: boolean]]>([
    ['without a policy', undefined, [true, false, false]],
    ['whose policy is about others', policyOf({ ...allow, Principal: { AWS: '777788889999' } }), [true, false, false]],
    ['whose policy allows an account', policyOf({ ...allow, Principal: { AWS: bob.accountId } }), [true, true, false]],
    ['whose policy allows everybody', policyOf(allow), [true, true, true]],
    ['whose policy denies everybody', policyOf(allow, deny), [false, false, false]],
    ['whose policy denies the owner', policyOf(allow, { ...deny, Principal: { AWS: owner } }), [false, true, true]],
  ])('%s lets in its owner, others and anonymous callers', (_, policy, expected) => {
    const allowed = [own, bob, undefined].map((principal) =>
      isAllowed({ policy, owner, request: { ...request, principal } }),
    );
    expect(allowed).toEqual(expected);
  });
});

it('without an owner lets in nobody, and no anonymous caller either', () => {
  const nobody = { policy: undefined, owner: undefined as unknown as string };
  expect(isAllowed({ ...nobody, request: { ...request, principal: undefined } })).toBe(false);
});

describe('a random policy', () => {
  const cases = Array.from({ length: 3000 }, (_, seed) => {
    const random = randomNumbers(seed);
    return { seed, policy: randomPolicy(random), asked: randomRequest(random), further: randomStatement(random) };
  });
  const counts = { Allow: 0, Deny: 0, none: 0 };
  for (const { policy, asked } of cases) counts[evaluatePolicy(policy, asked) ?? 'none']++;

  it('allows, denies and decides nothing often enough for the other tests', () => {
    expect(Math.min(...Object.values(counts))).toBeGreaterThan(300);
  });

  it('is the sum of its statements: one denial denies, otherwise one permission allows', () => {
    for (const { seed, policy, asked } of cases) {
      const alone = policy.Statement.map((Statement) => evaluatePolicy({ ...policy, Statement }, asked));
      const expected = alone.includes('Deny') ? 'Deny' : alone.find((decision) => decision === 'Allow');
      expect(evaluatePolicy(policy, asked), `seed ${seed}`).toBe(expected);
    }
  });

  it('decides the same in any order of its statements, members and values', () => {
    const reversed = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(reversed).reverse();
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([name, item]) => [name, reversed(item)]),
      );
    };
    for (const { seed, policy, asked } of cases) {
      expect(evaluatePolicy(reversed(policy) as PolicyDocument, asked), `seed ${seed}`).toBe(
        evaluatePolicy(policy, asked),
      );
    }
  });

  it('never denies because of a further permission, and never allows because of a further denial', () => {
    for (const { seed, policy, asked, further } of cases) {
      const before = evaluatePolicy(policy, asked);
      const after = (Effect: 'Allow' | 'Deny') =>
        evaluatePolicy({ ...policy, Statement: [...policy.Statement, { ...further, Effect }] }, asked);
      expect(before === 'Deny' ? ['Deny'] : [before, 'Allow'], `seed ${seed}`).toContain(after('Allow'));
      expect([before, 'Deny'], `seed ${seed}`).toContain(after('Deny'));
    }
  });

  it('allows no more if each of its statements gets a further condition', () => {
    for (const { seed, policy, asked } of cases) {
      const Statement = policy.Statement.filter(({ Effect }) => Effect === 'Allow');
      const strict = Statement.map((one) => ({
        ...one,
        Condition: { ...one.Condition, StringEquals: { nothing: 'x' } },
      }));
      expect(evaluatePolicy({ ...policy, Statement: strict }, asked), `seed ${seed}`).toBeUndefined();
    }
  });

  it('allows another account or an anonymous caller only by a statement that allows', () => {
    for (const { seed, policy, asked } of cases) {
      const decision = evaluatePolicy(policy, asked);
      const isOwner = asked.principal?.accountId === owner;
      expect(isAllowed({ policy, owner, request: asked }), `seed ${seed}`).toBe(
        isOwner ? decision !== 'Deny' : decision === 'Allow',
      );
    }
  });
});

/* The file policy-cases.md says which evaluator gave the verdicts, and on which policies it comes to other verdicts. */
describe('another evaluator', () => {
  const file = new URL('../../../test-support/policy-cases.jsonl', import.meta.url);
  const cases = readFileSync(file, 'utf8').trimEnd().split('\n');

  it('comes to the same verdicts', () => {
    const verdicts = cases.map((line) => {
      const { policy, request, verdict } = JSON.parse(line);
      expect(evaluatePolicy(policy, request) ?? null, line).toBe(verdict);
      return verdict;
    });
    expect(verdicts).toHaveLength(300);
    for (const verdict of ['Allow', 'Deny', null]) expect(verdicts.filter((one) => one === verdict)).toHaveLength(100);
  });
});
