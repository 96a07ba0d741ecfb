import { createEngine, ecr, ecrPublic } from '@coracle/core';
import { memoryStorage } from '@coracle/storage-memory';
import { describe, expect, it } from 'vitest';
import { awsHosts } from './index.ts';

describe('awsHosts', () => {
  it.each([
    'https://api.ecr-public.us-east-1.amazonaws.com/',
    'https://ecr-public.us-west-2.api.aws/',
    'https://api.ecr-public-fips.us-east-1.amazonaws.com/',
    'https://api.ecr.eu-west-1.amazonaws.com/',
    'https://api.ecr.cn-north-1.amazonaws.com.cn/',
    'https://ecr.eu-west-1.api.aws/',
    'https://ecr.cn-north-1.api.amazonwebservices.com.cn/',
    'https://ecr-fips.us-gov-west-1.amazonaws.com/',
    'https://public.ecr.aws/v2/',
    'https://ecr-public.aws.com/v2/',
    'https://123456789012.dkr.ecr.us-east-1.amazonaws.com/v2/web/manifests/v1',
    'https://123456789012.dkr.ecr-fips.us-east-1.amazonaws.com/v2/',
    'https://123456789012.dkr-ecr.us-east-1.on.aws/v2/',
  ])('has %s', (url) => {
    expect(awsHosts(new URL(url))).toBe(true);
  });

  it.each([
    'https://s3.us-east-1.amazonaws.com/',
    'https://sts.amazonaws.com/',
    'https://api.ecs.us-east-1.amazonaws.com/',
    'https://public.ecr.aws.example/',
    'https://other.cloudfront.net/',
    'https://registry.example/public.ecr.aws',
    'http://localhost:4747/v2/',
  ])('does not have %s', (url) => {
    expect(awsHosts(new URL(url))).toBe(false);
  });

  it('has the addresses that a registry returns', async () => {
    const engine = createEngine({ storage: memoryStorage(), services: [ecrPublic, ecr] });
    const logoImageBlob = Uint8Array.from(
      atob('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='),
      (c) => c.charCodeAt(0),
    );
    const catalogData = { logoImageBlob };
    const publicOne = await engine.ecrPublic.createRepository({ repositoryName: 'web', catalogData });
    const { repository } = await engine.ecr.createRepository({ repositoryName: 'web' });
    const { authorizationData } = await engine.ecr.getAuthorizationToken();
    const addresses = [
      publicOne.catalogData?.logoUrl,
      `https://${publicOne.repository?.repositoryUri}`,
      `https://${repository?.repositoryUri}`,
      authorizationData?.[0]?.proxyEndpoint,
    ];
    expect(addresses.map((url) => [url, awsHosts(new URL(String(url)))])).toEqual(addresses.map((url) => [url, true]));
  });
});
