import { describe, expect, it } from 'vitest';
import { callerOf } from './caller.ts';

const signed = (key: string, region: string, service = 'ecr') =>
  `AWS4-HMAC-SHA256 Credential=${key}/20261121/${region}/${service}/aws4_request, SignedHeaders=host, Signature=0`;

describe('a caller', () => {
  it('is not known without credentials', () => {
    expect(callerOf({})).toEqual({});
    expect(callerOf({ authorization: null, credential: null, host: 'localhost:4747' })).toEqual({});
  });

  it('has the region of the signature, and the account where the key is one', () => {
    expect(callerOf({ authorization: signed('AKIAIOSFODNN7EXAMPLE', 'eu-west-1') })).toEqual({ region: 'eu-west-1' });
    expect(callerOf({ authorization: signed('000000000042', 'us-gov-west-1') })).toEqual({
      accountId: '000000000042',
      region: 'us-gov-west-1',
    });
    expect(
      callerOf({ authorization: 'AWS4-HMAC-SHA256 Credential=000000000042/20261121/eu-west-1/ecr/aws4_request' }),
    ).toEqual({ accountId: '000000000042', region: 'eu-west-1' });
  });

  it('is read from a query as well', () => {
    expect(callerOf({ credential: '000000000042/20261121/eu-north-1/ecr/aws4_request' })).toEqual({
      accountId: '000000000042',
      region: 'eu-north-1',
    });
  });

  it.each([
    ['api.ecr.eu-west-1.amazonaws.com', 'eu-west-1'],
    ['ecr.eu-west-1.api.aws', 'eu-west-1'],
    ['ecr-fips.us-east-2.amazonaws.com', 'us-east-2'],
    ['api.ecr.cn-north-1.amazonaws.com.cn', 'cn-north-1'],
    ['ecr.cn-north-1.api.amazonwebservices.com.cn', 'cn-north-1'],
    ['api.ecr-public.us-east-1.amazonaws.com:443', 'us-east-1'],
    ['ecr-public.us-west-2.api.aws', 'us-west-2'],
    ['vpce-0a-1b.api.ecr.eu-west-1.vpce.amazonaws.com', 'eu-west-1'],
  ])('is in the region that the host %s names', (host, region) => {
    expect(callerOf({ host })).toEqual({ region });
  });

  it('is where the signature says, whatever the host', () => {
    const host = 'api.ecr.eu-west-1.amazonaws.com';
    expect(callerOf({ authorization: signed('x', 'us-west-2'), host })).toEqual({ region: 'us-west-2' });
    expect(callerOf({ authorization: signed('x', 'auto'), host })).toEqual({ region: 'eu-west-1' });
  });

  it.each([
    'Bearer Credential',
    'Basic QVdTOng=',
    'AWS4-HMAC-SHA256',
    'AWS4-HMAC-SHA256 Credential=',
    'AWS4-HMAC-SHA256 Credential=a/b/c',
    signed('12345', 'nowhere'),
    signed('1234567890123', '../../x'),
  ])('is not known from %j', (authorization) => {
    expect(callerOf({ authorization, host: 'api.ecr.example.com' })).toEqual({});
  });
});
