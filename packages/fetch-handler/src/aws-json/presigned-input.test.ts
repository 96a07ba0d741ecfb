import { ecr, ecrPublic } from '@coracle/core';
import { describe, expect, it } from 'vitest';
import { closed } from '../../test-support/closed.ts';
import botocore from '../../test-support/sigv4/botocore.json' with { type: 'json' };
import { accessKeyId, secretAccessKey } from '../../test-support/sigv4/signed.ts';
import { readPresignedInput } from './presigned-input.ts';

const read = (operation: string, query: string) => readPresignedInput(ecr, operation, new URLSearchParams(query));

describe('the input in a presigned URL', () => {
  it.each([
    ['DescribeRepositories', '', {}],
    ['DescribeRepositories', 'X-Amz-Algorithm=AWS4-HMAC-SHA256&constructor=x', {}],
    // As botocore writes them.
    [
      'DescribeRepositories',
      'repositoryNames=aa&repositoryNames=it%26b&maxResults=7',
      { repositoryNames: ['aa', 'it&b'], maxResults: 7 },
    ],
    ['DescribeRepositories', 'repositoryNames=aa', { repositoryNames: ['aa'] }],
    ['DescribeRepositories', 'maxResults=many', { maxResults: 'many' }],
    ['DeleteRepository', 'repositoryName=aa&force=True', { repositoryName: 'aa', force: true }],
    ['DeleteRepository', 'repositoryName=aa&force=False', { repositoryName: 'aa', force: false }],
    ['DeleteRepository', 'repositoryName=aa&force=perhaps', { repositoryName: 'aa', force: 'perhaps' }],
    ['CreateRepository', 'repositoryName=aa&tags={"Key":"k"}', { repositoryName: 'aa', tags: [{ Key: 'k' }] }],
  ])('of %s is read: %s', (operation, query, input) => {
    expect(read(operation, query)).toEqual(input);
  });

  it('has bytes as base64', () => {
    const query = new URLSearchParams({ repositoryName: 'aa', layerPartBlob: 'aGk=' });
    expect(readPresignedInput(ecrPublic, 'UploadLayerPart', query)).toEqual({
      repositoryName: 'aa',
      layerPartBlob: new TextEncoder().encode('hi'),
    });
    query.set('layerPartBlob', '*');
    expect(() => readPresignedInput(ecrPublic, 'UploadLayerPart', query)).toThrow(
      "The query parameter 'layerPartBlob' must be base64",
    );
  });

  it('is refused with a structure as Python prints it', () => {
    expect(() => read('CreateRepository', "tags={'Key': 'k'}")).toThrow(
      "The query parameter 'tags' must be JSON: send this input in the body of a request that is signed in its header",
    );
  });

  it('is taken from a URL that botocore has presigned', async () => {
    const signed = botocore.requests.find(({ name }) => name === 'ecr-public: presigned');
    if (!signed) throw new Error('botocore.json has no presigned request for ECR Public');
    const { fetch } = closed({ keys: [{ accessKeyId, secretAccessKey }], clock: () => Date.parse(botocore.signedAt) });
    const { url, method } = signed;
    const headers = Object.fromEntries(signed.headers as [string, string][]);
    const response = await fetch(url, { method, headers });
    expect(await response.json()).not.toHaveProperty('__type');
    expect(response.status).toBe(200);
    const other = await fetch(url.replace('?', '?maxResults=1&'), { method, headers });
    expect(await other.json()).toMatchObject({ __type: 'InvalidSignatureException' });
  });
});
