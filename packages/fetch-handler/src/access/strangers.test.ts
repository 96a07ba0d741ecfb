import { describe, expect, it } from 'vitest';
import { alias, basic, bob, closed, now } from '../../test-support/closed.ts';
import { refused, watched } from '../../test-support/served.ts';
import { sdkSigner } from '../../test-support/sigv4/signed.ts';

const host = 'localhost:4747';
const target = 'AmazonEC2ContainerRegistry_V20150921';

/** The headers of a call with a signature that is wrong, but has a complete form. The body is not announced. */
const falselySigned = (accessKeyId: string, operation: string) => ({
  host,
  'x-amz-date': '20261129T120000Z',
  'x-amz-target': `${target}.${operation}`,
  authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20261129/us-east-1/ecr/aws4_request, SignedHeaders=host;x-amz-date;x-amz-target, Signature=${'0'.repeat(64)}`,
});

/** The headers and the body of a call that is signed as boto3 signs it: without a header with the hash of the body. */
async function signedWithoutHash(operation: string) {
  const { headers, body } = await sdkSigner({ region: 'us-east-1', applyChecksum: false }).sign(
    {
      method: 'POST',
      protocol: 'http:',
      hostname: 'localhost',
      port: 4747,
      path: '/',
      headers: { host, 'x-amz-target': `${target}.${operation}` },
      body: '{}',
    },
    { signingDate: new Date(now) },
  );
  return { method: 'POST', headers, body: body as string };
}

/** A body of one byte, which counts its reads. */
const oneByte = () => watched((i) => (i === 0 ? new Uint8Array(1) : undefined));

const endless = () => new ReadableStream<Uint8Array>({}, { highWaterMark: 0 });

describe('a caller without an access key', () => {
  it('has no body read', async () => {
    const { fetch } = closed();
    const body = oneByte();
    const headers = falselySigned('AKIDNOBODY', 'UploadLayerPart');
    const response = await fetch('/', { method: 'POST', headers, body: body.stream });
    expect(body.pulled).toBe(0);
    expect(await response.json()).toEqual({
      __type: 'UnrecognizedClientException',
      message: 'The security token included in the request is invalid.',
    });
  });

  it('cannot use up the memory of signed calls with forms for a token', async () => {
    const { fetch } = closed();
    for (let times = 0; times < 1024; times++) {
      void fetch('/token', { method: 'POST', headers: { 'content-length': '65536' }, body: endless() });
    }
    const answered = fetch('/', await signedWithoutHash('DescribeRepositories'));
    const late = new Promise<string>((resolve) => {
      setTimeout(resolve, 1000, 'late');
    });
    expect(await Promise.race([answered.then(({ status }) => status), late])).toBe(200);
  });
});

describe('a caller who may not push', () => {
  it.each([
    ['without credentials', {}, 401],
    ['with the right to pull', bob, 403],
    ['with a wrong login', { authorization: basic('eve', 'x') }, 401],
  ])('%s has no manifest read', async (_, headers, status) => {
    const { fetch, engine } = closed({ anonymousPull: true });
    await engine.ecrPublic.createRepository({ repositoryName: 'web' });
    for (const name of ['web', 'missing']) {
      const body = oneByte();
      const path = `/v2/${alias}/${name}/manifests/v1`;
      const response = await fetch(path, { method: 'PUT', headers, body: body.stream });
      expect((await refused(response)).status).toBe(status);
      expect(body.pulled).toBe(0);
    }
  });
});
