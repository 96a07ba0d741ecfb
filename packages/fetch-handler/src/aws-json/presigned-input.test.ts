import { ecr, ecrPublic } from '@coracle/core';
import { describe, expect, it } from 'vitest';
import { closed } from '../../test-support/closed.ts';
import { presignedAt, presignedSecret, presignedUrls } from '../../test-support/presigned-urls.ts';
import botocore from '../../test-support/sigv4/botocore.json' with { type: 'json' };
import { accessKeyId, secretAccessKey } from '../../test-support/sigv4/signed.ts';
import { readSignature } from '../sigv4/read-signature.ts';
import { verifySignature } from '../sigv4/verify-signature.ts';
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

  it.each([
    [`{'tagStatus': 'TAGGED'}`, { tagStatus: 'TAGGED' }],
    [`{"a": "\\u00e9\\/\\"'\\n", "b": [1, -2.5, true, null]}`, { a: 'é/"\'\n', b: [1, -2.5, true, null] }],
    [
      `{'a': 'it\\'s "x"', 'b': [True, False, None], 'c': "it's"}`,
      { a: 'it\'s "x"', b: [true, false, null], c: "it's" },
    ],
    [
      `{'a': '\\x7f\\u200b\\U0001f600\\U000e0001\\\\n', 'None': 'True'}`,
      { a: '\x7f\u200b😀\u{e0001}\\n', None: 'True' },
    ],
    ['{}', {}],
  ])('has the structure %s, in JSON or as Python prints it', (imageScanningConfiguration, expected) => {
    const query = new URLSearchParams({ imageScanningConfiguration });
    expect(readPresignedInput(ecr, 'CreateRepository', query)).toEqual({ imageScanningConfiguration: expected });
  });

  it('cannot reach a prototype', () => {
    const query = new URLSearchParams({ imageScanningConfiguration: `{'__proto__': {'polluted': True}}` });
    const input = JSON.stringify(readPresignedInput(ecr, 'CreateRepository', query));
    expect(input).toBe('{"imageScanningConfiguration":{"__proto__":{"polluted":true}}}');
    expect('polluted' in {}).toBe(false);
  });

  it.each([
    '',
    "{'Key'",
    "{'Key': 'k",
    "{'Key': 'k\\'",
    `{'Key': 'k"}`,
    "{'Key': b'k'}",
    "{'Key': __import__('os')}",
    "{Key: 'k'}",
    "{}, 'more': 1",
    '['.repeat(10_000),
    `{'a': ${'['.repeat(64)}${']'.repeat(64)}}`,
    `{'a': '${'\\'.repeat(100_000)}`,
    `{'a': '${"\\'".repeat(100_000)}`,
    `{'a': '${'x'.repeat(300_000)}'}`,
  ])('is refused with a structure that is neither (case %#)', (tags) => {
    expect(() => readPresignedInput(ecr, 'CreateRepository', new URLSearchParams({ tags }))).toThrow(
      "The query parameter 'tags' must be JSON: send this input in the body of a request that is signed in its header",
    );
  });

  it('is refused if a parameter that is not a list is repeated', () => {
    expect(() => read('DeleteRepository', 'repositoryName=aa&repositoryName=bb')).toThrow(
      "The query may have the parameter 'repositoryName' only once",
    );
  });

  it.each(presignedUrls)('is the one that botocore was given for $operation', ({ service, operation, url, input }) => {
    const model = service === 'ecr' ? ecr : ecrPublic;
    expect(readPresignedInput(model, operation, new URL(url).searchParams)).toEqual(input);
  });

  it.each(presignedUrls)('is signed by botocore for $operation', async ({ service, url, headers, sessionToken }) => {
    const signature = readSignature(
      { method: 'POST', url, headers: Object.entries({ ...headers, host: new URL(url).host }) },
      { service, clock: () => presignedAt },
    );
    const claims = await verifySignature(signature, {
      findKey: () => ({ secretAccessKey: presignedSecret, sessionToken }),
      bodyHash: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    });
    expect(claims).toMatchObject({ accessKeyId: 'AKIDEXAMPLE', service });
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
