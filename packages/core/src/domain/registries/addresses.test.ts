import { describe, expect, it } from 'vitest';
import { isRegion, kindOfHost, parseAddress } from './addresses.ts';

describe('an address', () => {
  it.each([
    ['public.ecr.aws', 'acme/web', { kind: 'public', alias: 'acme', name: 'web' }],
    ['public.ecr.aws:443', 'acme/a/b', { kind: 'public', alias: 'acme', name: 'a/b' }],
    ['ecr-public.aws.com', 'acme', { kind: 'public', alias: 'acme', name: '' }],
    [
      '123456789012.dkr.ecr.eu-west-1.amazonaws.com',
      'a/b',
      { kind: 'private', accountId: '123456789012', region: 'eu-west-1', name: 'a/b' },
    ],
    [
      '123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com',
      'web',
      { kind: 'private', accountId: '123456789012', region: 'us-gov-west-1', name: 'web' },
    ],
    [
      '123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn',
      'web',
      { kind: 'private', accountId: '123456789012', region: 'cn-north-1', name: 'web' },
    ],
    [
      '123456789012.dkr-ecr.us-east-1.on.aws',
      'web',
      { kind: 'private', accountId: '123456789012', region: 'us-east-1', name: 'web' },
    ],
    ['127.0.0.1:4747', 'acme/web', { kind: 'elsewhere', first: 'acme', rest: 'web', name: 'acme/web' }],
    ['localhost', 'web', { kind: 'elsewhere', first: 'web', rest: '', name: 'web' }],
    ['evil.public.ecr.aws', 'acme/web', { kind: 'elsewhere', first: 'acme', rest: 'web', name: 'acme/web' }],
    ['1.dkr.ecr.us-east-1.amazonaws.com', 'web', { kind: 'elsewhere', first: 'web', rest: '', name: 'web' }],
  ])('%s/%s says which registry it means', (host, path, expected) => {
    expect(parseAddress(host, path)).toEqual(expected);
  });

  it.each(['nowhere', 'us', 'us-east', 'u-e-1', `us-${'a'.repeat(100)}-1`, `us${'-a'.repeat(100)}-1`])(
    'is refused if its region cannot exist: %s',
    (region) => {
      expect(isRegion(region)).toBe(false);
      expect(() => parseAddress(`123456789012.dkr.ecr.${region}.amazonaws.com`, 'web')).toThrow(
        `The host contains the region '${region}', which is invalid: use an AWS region such as us-east-1`,
      );
    },
  );

  it.each(['us-east-1', 'ap-southeast-7', 'us-gov-west-1', 'us-isob-east-1', 'cn-northwest-1', 'mx-central-1'])(
    'may have the region %s',
    (region) => {
      expect(isRegion(region)).toBe(true);
    },
  );

  it.each([
    ['public.ecr.aws', 'public'],
    ['123456789012.dkr.ecr.us-east-1.amazonaws.com', 'private'],
    ['localhost:4747', undefined],
    ['public.ecr.aws.evil.example', undefined],
  ])('at %s is of the kind %s', (host, kind) => {
    expect(kindOfHost(host)).toBe(kind);
  });
});
