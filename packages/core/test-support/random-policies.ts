import type { PolicyDocument, PolicyStatement } from '../src/access/evaluate/policy-document.ts';
import type { PolicyRequest } from '../src/access/evaluate/policy-request.ts';

/*
 * Random policies and requests from a seed. The values come from short lists, so that statements often match a request
 * or miss it by one part.
 */

type Random = () => number;

const accounts = ['111122223333', '444455556666', '777788889999'];
const arnsOf = (account: string) => [
  `arn:aws:iam::${account}:root`,
  `arn:aws:iam::${account}:user/bob`,
  `arn:aws:iam::${account}:user/team/eve`,
  `arn:aws:sts::${account}:assumed-role/deploy/ci`,
];
const named = accounts.flatMap((account) => [account, ...arnsOf(account), `arn:aws:iam::${account}:role/deploy`]);

/** The value `undefined` stands for a key that is missing. */
const values: Readonly<Record<string, readonly (string | readonly string[] | undefined)[]>> = {
  'aws:SourceIp': [undefined, '10.1.2.3', '192.0.2.77', '2001:db8::1'],
  'aws:SecureTransport': [undefined, 'true', 'false'],
  'aws:CurrentTime': [undefined, '2026-01-01T00:00:00Z', '2026-06-15T12:30:00Z'],
  'aws:MultiFactorAuthAge': [undefined, '0', '100', '86400'],
  'aws:UserAgent': [undefined, 'docker/27.0', 'aws-cli/2.1', 'a*b'],
  'aws:TagKeys': [undefined, ['env'], ['env', 'team']],
  'aws:SourceArn': [undefined, 'arn:aws:s3:::bucket', 'arn:aws:lambda:us-east-1:444455556666:function:resize'],
};

/** The conditions by key: operators, and values for these operators. */
const conditions: readonly (readonly [key: string, operators: readonly string[], wanted: readonly string[]])[] = [
  [
    'aws:username',
    ['StringEquals', 'StringNotEquals', 'StringLike', 'StringNotLike'],
    ['bob', 'e*', '${aws:username}'],
  ],
  [
    'aws:UserAgent',
    ['StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase', 'StringLike'],
    ['DOCKER/27.0', 'a${*}b', '*'],
  ],
  ['aws:PrincipalArn', ['ArnLike', 'ArnNotLike'], ['arn:aws:iam::*:user/*', 'arn:aws:iam::*:role/deploy']],
  ['aws:SourceArn', ['ArnEquals', 'ArnNotEquals'], ['arn:aws:s3:::bucke?', 'arn:aws:lambda:*:*:function:*']],
  ['aws:SourceIp', ['IpAddress', 'NotIpAddress'], ['10.0.0.0/8', '192.0.2.0/25', '2001:db8::/32']],
  [
    'aws:CurrentTime',
    ['DateEquals', 'DateNotEquals', 'DateLessThan', 'DateGreaterThanEquals'],
    ['2026-01-01', '1781526600'],
  ],
  [
    'aws:MultiFactorAuthAge',
    ['NumericEquals', 'NumericNotEquals', 'NumericLessThanEquals', 'NumericGreaterThan'],
    ['100', '3600'],
  ],
  ['aws:SecureTransport', ['Bool', 'Unknown'], ['true', 'false', 'perhaps']],
  [
    'aws:TagKeys',
    ['ForAllValues:StringLike', 'ForAnyValue:StringEquals', 'ForAnyValue:StringNotEquals'],
    ['env', 't*'],
  ],
];

const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
const some = <T>(random: Random, list: readonly T[]): T[] =>
  Array.from({ length: 1 + Math.floor(random() * 3) }, () => pick(random, list));

export function randomRequest(random: Random): PolicyRequest {
  const accountId = pick(random, accounts);
  const context = Object.entries(values).flatMap(([key, list]) => {
    const value = pick(random, list);
    return value === undefined ? [] : [[key, value] as const];
  });
  return {
    principal: random() < 0.1 ? undefined : { accountId, arn: pick(random, arnsOf(accountId)) },
    action: pick(random, ['ecr:BatchGetImage', 'ecr:PutImage', 'ecr-public:PutImage']),
    resource: pick(
      random,
      ['web', 'team/web', 'bob/tool'].map((name) => `arn:aws:ecr:us-east-1:111122223333:repository/${name}`),
    ),
    context: Object.fromEntries(context),
  };
}

function randomCondition(random: Random) {
  const [key, operators, wanted] = pick(random, conditions);
  const operator = random() < 0.1 ? 'Null' : `${pick(random, operators)}${random() < 0.2 ? 'IfExists' : ''}`;
  return { [operator]: { [key]: operator === 'Null' ? pick(random, ['true', 'false']) : some(random, wanted) } };
}

export function randomStatement(random: Random): PolicyStatement {
  const principals = random() < 0.3 ? '*' : { AWS: some(random, named) };
  const actions = some(random, ['*', 'ecr:*', 'ecr:PutImage', 'ecr:batch*', 'ecr-public:Put?mage']);
  const resources = some(random, [
    '*',
    'arn:aws:ecr:*:*:repository/team/*',
    'arn:aws:ecr:*:*:repository/${aws:username}/*',
  ]);
  return {
    Effect: random() < 0.6 ? 'Allow' : 'Deny',
    ...(random() < 0.85 ? { Principal: principals } : { NotPrincipal: principals }),
    ...(random() < 0.85 ? { Action: actions } : { NotAction: actions }),
    ...(random() < 0.2 ? { Resource: resources } : random() < 0.1 ? { NotResource: resources } : {}),
    ...(random() < 0.6 ? { Condition: { ...randomCondition(random), ...randomCondition(random) } } : {}),
  };
}

export const randomPolicy = (random: Random): PolicyDocument & { readonly Statement: readonly PolicyStatement[] } => ({
  Version: pick(random, ['2008-10-17', '2012-10-17'] as const),
  Statement: Array.from({ length: 1 + Math.floor(random() * 4) }, () => randomStatement(random)),
});
