import { describe, expect, it } from 'vitest';
import { printPolicy, readPolicy } from './policies.ts';

const good = { Effect: 'Allow', Principal: '*', Action: 'ecr-public:BatchGetImage' };
const text = (statement: unknown, members: object = {}) => JSON.stringify({ ...members, Statement: statement });

describe('a policy', () => {
  it.each<[string, string]>([
    ['one statement without a list', text(good)],
    ['several', text([good, { ...good, Effect: 'Deny' }])],
    ['the old version', text([good], { Version: '2008-10-17' })],
    ['the new version and an id', text([good], { Version: '2012-10-17', Id: 'policy' })],
    [
      'equal ids of statements',
      text([
        { Sid: 'same', ...good },
        { Sid: 'same', ...good },
      ]),
    ],
    ['all actions', text({ ...good, Action: '*' })],
    ['all actions of the service', text({ ...good, Action: ['ecr-public:*'] })],
    ['actions by wildcards', text({ ...good, Action: 'ecr-public:Get*?' })],
    ['actions in other letters', text({ ...good, Action: 'ECR-Public:batchgetimage' })],
    ['all actions but some', text({ Effect: 'Deny', Principal: '*', NotAction: ['ecr-public:GetX'] })],
    ['an account', text({ ...good, Principal: { AWS: '123456789012' } })],
    [
      'its root, a user and a role',
      text({
        ...good,
        Principal: { AWS: ['root', 'user/a/b', 'role/x'].map((who) => `arn:aws:iam::123456789012:${who}`) },
      }),
    ],
    ['a session', text({ ...good, Principal: { AWS: 'arn:aws:sts::123456789012:assumed-role/x/y' } })],
    ['a principal of China', text({ ...good, Principal: { AWS: 'arn:aws-cn:iam::123456789012:root' } })],
    ['everybody as an AWS principal', text({ ...good, Principal: { AWS: '*' } })],
    ['a service', text({ ...good, Principal: { Service: ['codebuild.amazonaws.com'] } })],
    [
      'principals of several kinds',
      text({ ...good, Principal: { AWS: '*', Federated: 'cognito-identity.amazonaws.com' } }),
    ],
    ['all principals but one', text({ Effect: 'Deny', NotPrincipal: { AWS: '123456789012' }, Action: '*' })],
    ['a condition', text({ ...good, Condition: { StringLike: { 'aws:PrincipalOrgID': ['o-1'] } } })],
    [
      'conditions on texts, numbers and booleans',
      text({ ...good, Condition: { Bool: { 'aws:SecureTransport': true }, NumericLessThan: { a: 1, b: [1, '2'] } } }),
    ],
    ['a resource, though it needs none', text({ ...good, Resource: '*' })],
  ])('may have %s', (_, policy) => {
    expect(readPolicy(policy, 'ecr-public')).toEqual(JSON.parse(policy));
  });

  it.each<[string, string]>([
    ['nothing', ''],
    ['no JSON', '{'],
    ['a text', '"Allow"'],
    ['null', 'null'],
    ['a list', '[]'],
    ['no statement', '{"Version":"2012-10-17"}'],
    ['an empty list of statements', text([])],
    ['a statement that is none', text(['Allow'])],
    ['a statement that is null', text([null])],
    ['one bad statement among good ones', text([good, {}])],
    ['an unknown version', text(good, { Version: '2012-10-18' })],
    ['a version that is a number', text(good, { Version: 20_121_017 })],
    ['an id that is no text', text(good, { Id: 1 })],
    ['an unknown member', text(good, { Statements: [] })],
    ['an unknown member of a statement', text({ ...good, Effects: 'Allow' })],
    ['a member named like the prototype', `{"__proto__":{},"Statement":${JSON.stringify(good)}}`],
    ['no effect', text({ ...good, Effect: undefined })],
    ['an effect in other letters', text({ ...good, Effect: 'allow' })],
    ['a statement id that is no text', text({ ...good, Sid: 1 })],
    ['no principal', text({ ...good, Principal: undefined })],
    ['two principals', text({ ...good, NotPrincipal: '*' })],
    ['a principal as a bare text', text({ ...good, Principal: '123456789012' })],
    ['a principal of no kind', text({ ...good, Principal: {} })],
    ['a principal of an unknown kind', text({ ...good, Principal: { User: 'x' } })],
    ['a kind of principal named like the prototype', text({ ...good, Principal: { constructor: 'x' } })],
    ['an empty list of principals', text({ ...good, Principal: { AWS: [] } })],
    ['a principal that is a number', text({ ...good, Principal: { AWS: 123_456_789_012 } })],
    ['an account of 11 digits', text({ ...good, Principal: { AWS: '12345678901' } })],
    ['an ARN of another service', text({ ...good, Principal: { AWS: 'arn:aws:s3:::bucket' } })],
    ['an ARN with a wildcard', text({ ...good, Principal: { AWS: 'arn:aws:iam::123456789012:role/*' } })],
    ['an ARN of nobody', text({ ...good, Principal: { AWS: 'arn:aws:iam::123456789012:role/' } })],
    ['a service that is none', text({ ...good, Principal: { Service: 'example.com' } })],
    ['no action', text({ ...good, Action: undefined })],
    ['an action of another service', text({ ...good, Action: 's3:GetX' })],
    ['an action of another service among good ones', text({ ...good, Action: ['ecr-public:GetX', 's3:GetObject'] })],
    ['an action without a name', text({ ...good, Action: 'ecr-public:' })],
    ['an action without a service', text({ ...good, Action: 'GetX' })],
    ['an empty list of actions', text({ ...good, Action: [] })],
    ['actions and not actions', text({ ...good, NotAction: '*' })],
    ['a condition that is none', text({ ...good, Condition: 'x' })],
    ['a condition without keys', text({ ...good, Condition: { StringLike: 'x' } })],
    ['a condition on what is no value', text({ ...good, Condition: { StringLike: { a: { b: 'c' } } } })],
    ['a condition on a list in a list', text({ ...good, Condition: { StringLike: { a: [['b']] } } })],
    [
      'a condition deeper than the stack',
      text(good).replace('}', `,"Condition":${'{"a":'.repeat(1e5)}1${'}'.repeat(1e5)}}`),
    ],
    ['a resource that is no text', text({ ...good, Resource: [['*']] })],
    ['an object as what it is not for', text({ ...good, NotResource: { a: 'b' } })],
  ])('may not have %s', (_, policy) => {
    expect(() => readPolicy(policy, 'ecr-public')).toThrow(
      "Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Invalid repository policy provided'",
    );
  });

  it('of ECR Public may name actions of Amazon ECR, as the example of its documentation does, but not the other way round', () => {
    expect(
      readPolicy(text({ ...good, Action: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'] }), 'ecr-public'),
    ).toBeDefined();
    expect(() => readPolicy(text({ ...good, Action: 'ecr-public:GetX' }), 'ecr')).toThrow(
      'Invalid repository policy provided',
    );
  });

  it('of the private service has its own prefix', () => {
    expect(readPolicy(text({ ...good, Action: 'ecr:*' }), 'ecr')).toBeDefined();
    expect(() => readPolicy(text(good), 'ecr')).toThrow('Invalid repository policy provided');
  });
});

describe('a printed policy', () => {
  it.each<[unknown, string]>([
    ['text "quoted" ü', '"text \\"quoted\\" ü"'],
    [1.5, '1.5'],
    [true, 'true'],
    [null, 'null'],
    [[], '[ ]'],
    [{}, '{ }'],
    [['a'], '[ "a" ]'],
    [['a', 'b'], '[ "a", "b" ]'],
    [{ a: 1 }, '{\n  "a" : 1\n}'],
    [{ a: { b: {} } }, '{\n  "a" : {\n    "b" : { }\n  }\n}'],
    [{ a: [{ b: 1 }, { c: 2 }] }, '{\n  "a" : [ {\n    "b" : 1\n  }, {\n    "c" : 2\n  } ]\n}'],
    [[[1], [2]], '[ [ 1 ], [ 2 ] ]'],
    [{ b: 1, a: 2 }, '{\n  "b" : 1,\n  "a" : 2\n}'],
  ])('writes %j as the services do', (value, expected) => {
    expect(printPolicy(value)).toBe(expected);
  });

  it('has the form of the sample in the AWS CLI', () => {
    const sample = {
      Version: '2008-10-17',
      Statement: [
        {
          Sid: 'allow public pull',
          Effect: 'Allow',
          Principal: '*',
          Action: ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage'],
        },
      ],
    };
    expect(printPolicy(sample)).toBe(
      '{\n  "Version" : "2008-10-17",\n  "Statement" : [ {\n    "Sid" : "allow public pull",\n    "Effect" : "Allow",\n    "Principal" : "*",\n    "Action" : [ "ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage" ]\n  } ]\n}',
    );
  });
});
