import { createHmac } from 'node:crypto';
import { defaultHasher, type Hasher } from '@coracle/core';
import { describe, expect, it } from 'vitest';
import botocore from '../../test-support/sigv4/botocore.json' with { type: 'json' };
import {
  accessKeyId,
  type BodiedRequest,
  type SdkRequest,
  sdkSigner,
  secretAccessKey,
  sentBySdk,
  sha256,
  verify,
} from '../../test-support/sigv4/signed.ts';
import { readSignature } from './read-signature.ts';
import { type SecretKey, verifySignature } from './verify-signature.ts';

const signedAt = Date.parse(botocore.signedAt);
const clock = () => signedAt;
const options = { service: 'ecr', clock };
const requests = botocore.requests as unknown as (BodiedRequest & {
  readonly name: string;
  readonly service: string;
  readonly region: string;
  readonly sessionToken?: string;
})[];

const named = (name: string) => {
  const found = requests.find((request) => request.name === name);
  if (!found) throw new Error(`botocore.json has no request '${name}'`);
  return found;
};

const wrong = {
  name: 'InvalidSignatureException',
  message:
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
};
const unknown = {
  name: 'UnrecognizedClientException',
  message: 'The security token included in the request is invalid.',
};

describe('a request that botocore signed', () => {
  it.each(requests.map((request) => [request.name, request] as const))('is accepted: %s', async (_, request) => {
    const { service, region, sessionToken } = request;
    await expect(verify(request, { service, region, clock }, { sessionToken })).resolves.toMatchObject({
      accessKeyId,
      region,
      service,
      date: new Date(signedAt),
      sessionToken,
    });
  });

  it.each(requests.map((request) => [request.name, request] as const))(
    'is accepted as a Request of the platform: %s',
    async (_, { method, url, headers, body, ...request }) => {
      const { service, region, sessionToken } = request;
      const sent = new Request(url, { method, headers: headers as [string, string][], body });
      const signature = readSignature(sent, { service, region, clock });
      const findKey = async () => ({ secretAccessKey, sessionToken });
      await expect(verifySignature(signature, { findKey, bodyHash: sha256(body) })).resolves.toEqual(signature.claims);
    },
  );
});

describe('a request that the AWS SDK for JavaScript signed', () => {
  const request: SdkRequest = {
    method: 'POST',
    protocol: 'https:',
    hostname: 'api.ecr.eu-west-1.amazonaws.com',
    path: '/',
    query: {},
    headers: {
      host: 'api.ecr.eu-west-1.amazonaws.com',
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'AmazonEC2ContainerRegistry_V20150921.DescribeImages',
    },
    body: '{"repositoryName":"team/web"}',
  };
  const variants: Record<string, SdkRequest> = {
    'with a body': request,
    'without a body': { ...request, body: undefined },
    'with a query': { ...request, query: { a: 'b c+d/e', list: ['2', '10', '1'], empty: '', ключ: "é~!*'()" } },
    'with an encoded path': { ...request, path: '/a%20path/./x/../y~z//' },
    'with blanks in a header': { ...request, headers: { ...request.headers, 'x-amz-meta': '  a   b \t c ' } },
    'with a port': {
      ...request,
      hostname: 'localhost',
      port: 4747,
      headers: { ...request.headers, host: 'localhost:4747' },
    },
    'with capitals and the default port in the host': {
      ...request,
      headers: { ...request.headers, host: 'API.ecr.eu-west-1.amazonaws.com:443' },
    },
  };
  const table = Object.entries(variants);
  const signingDate = new Date(signedAt);

  it.each(table)('is accepted: %s', async (_, variant) => {
    const signed = await sdkSigner().sign(variant, { signingDate });
    await expect(verify(sentBySdk(signed), options)).resolves.toMatchObject({ accessKeyId, sessionToken: undefined });
  });

  it.each(table)('is accepted with temporary credentials: %s', async (_, variant) => {
    const sessionToken = 'session/token+with/signs==';
    const signed = await sdkSigner({ sessionToken }).sign(variant, { signingDate });
    await expect(verify(sentBySdk(signed), options, { sessionToken })).resolves.toMatchObject({ sessionToken });
  });

  it.each(table)('is accepted as a presigned URL: %s', async (_, variant) => {
    const unhoistableHeaders = new Set(['x-amz-target']);
    const signed = await sdkSigner({ sessionToken: 't+/=' }).presign(variant, {
      signingDate,
      expiresIn: 60,
      unhoistableHeaders,
    });
    await expect(verify(sentBySdk(signed), options, { sessionToken: 't+/=' })).resolves.toMatchObject({ accessKeyId });
  });
});

describe('a request that was altered after it was signed', () => {
  const headed = named('ecr: bytes');
  const presigned = named('ecr: presigned, with input');
  type Alter = (request: BodiedRequest) => BodiedRequest;
  const inHeader =
    (name: string, from: string | RegExp, to: string): Alter =>
    (request) => ({
      ...request,
      headers: request.headers.map(([n, value]) => [n, n === name ? value.replace(from, to) : value] as const),
    });
  const inUrl =
    (from: string | RegExp, to: string): Alter =>
    (request) => ({ ...request, url: request.url.replace(from, to) });
  const without =
    (name: string): Alter =>
    (request) => ({ ...request, headers: request.headers.filter(([n]) => n !== name) });
  const scoped = (message: string) => ({ name: 'InvalidSignatureException', message });
  const day = (from: string) =>
    scoped(
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${from}' != '20261121', from '20261121T120000Z'.`,
    );
  const service = scoped("Credential should be scoped to correct service: 'ecr'. ");
  const region = scoped("Credential should be scoped to a valid region, not 'us-east-1'. ");

  const alterations: [string, BodiedRequest, Alter, { name: string; message: string }][] = [
    ['the method', headed, (request) => ({ ...request, method: 'PUT' }), wrong],
    ['the body', headed, (request) => ({ ...request, body: `${request.body} ` }), wrong],
    ['the path', headed, inUrl(/$/, 'other'), wrong],
    ['a parameter more', headed, inUrl(/$/, '?more=1'), wrong],
    ['the host', headed, inUrl('eu-west-1', 'eu-west-2'), wrong],
    ['the operation', headed, inHeader('X-Amz-Target', 'UploadLayerPart', 'DeleteRepository'), wrong],
    ['the media type', headed, inHeader('Content-Type', '1.1', '1.0'), wrong],
    ['the time', headed, inHeader('X-Amz-Date', '120000', '120001'), wrong],
    [
      'a signed header more',
      headed,
      (request) => ({ ...request, headers: [...request.headers, ['x-amz-target', 'x']] }),
      wrong,
    ],
    ['a signed header less', headed, without('Content-Type'), wrong],
    ['the list of signed headers', headed, inHeader('Authorization', 'content-type;', ''), wrong],
    [
      'the order of the signed headers',
      headed,
      inHeader('Authorization', 'content-type;host', 'host;content-type'),
      wrong,
    ],
    ['the access key id', headed, inHeader('Authorization', accessKeyId, 'AKIDOTHER'), unknown],
    ['the day of the scope', headed, inHeader('Authorization', '/20261121/', '/20261120/'), day('20261120')],
    ['the region', headed, inHeader('Authorization', '/eu-west-1/', '/us-east-1/'), region],
    ['the service', headed, inHeader('Authorization', '/ecr/', '/ecr-public/'), service],
    ['a shorter signature', headed, inHeader('Authorization', /.$/, ''), wrong],
    ['a longer signature', headed, inHeader('Authorization', /$/, '0'), wrong],
    ['one letter of the signature', headed, inHeader('Authorization', /Signature=./, 'Signature=x'), wrong],
    [
      'capitals in the signature',
      headed,
      (request) => inHeader('Authorization', /[0-9a-f]{64}$/, signatureOf(request).toUpperCase())(request),
      wrong,
    ],
    [
      'a session token',
      headed,
      (request) => ({ ...request, headers: [...request.headers, ['X-Amz-Security-Token', 'x']] }),
      unknown,
    ],

    ['the method of a presigned URL', presigned, (request) => ({ ...request, method: 'GET' }), wrong],
    ['a body for a presigned URL', presigned, (request) => ({ ...request, body: '{}' }), wrong],
    ['the host of a presigned URL', presigned, inUrl('eu-west-1', 'eu-west-2'), wrong],
    ['a parameter of a presigned URL', presigned, inUrl('team%2Fweb', 'team%2Fapi'), wrong],
    ['a blank for a plus in a presigned URL', presigned, inUrl('b%2Bc', 'b+c'), wrong],
    ['a parameter more in a presigned URL', presigned, inUrl(/$/, '&repositoryName=other'), wrong],
    ['a parameter less in a presigned URL', presigned, inUrl('maxResults=7&', ''), wrong],
    [
      'the operation of a presigned URL',
      presigned,
      inHeader('X-Amz-Target', 'DescribeImages', 'BatchDeleteImage'),
      wrong,
    ],
    ['the media type of a presigned URL', presigned, inHeader('Content-Type', '1.1', '1.0'), wrong],
    ['the time of a presigned URL', presigned, inUrl('T120000Z', 'T120001Z'), wrong],
    ['the expiry of a presigned URL', presigned, inUrl('Expires=604800', 'Expires=604799'), wrong],
    ['the day of a presigned URL', presigned, inUrl('%2F20261121%2F', '%2F20261122%2F'), day('20261122')],
    ['the region of a presigned URL', presigned, inUrl('%2Feu-west-1%2F', '%2Fus-east-1%2F'), region],
    ['the service of a presigned URL', presigned, inUrl('%2Fecr%2F', '%2Fs3%2F'), service],
    ['the access key id of a presigned URL', presigned, inUrl(accessKeyId, 'AKIDOTHER'), unknown],
    ['a shorter signature of a presigned URL', presigned, inUrl(/.$/, ''), wrong],
    ['a session token in a presigned URL', presigned, inUrl(/$/, '&X-Amz-Security-Token=x'), unknown],
  ];

  it.each(alterations)('is refused: %s', async (_, request, alter, error) => {
    const strict = { ...options, region: 'eu-west-1' };
    await expect(verify(request, strict)).resolves.toMatchObject({ accessKeyId });
    const altered = alter(request);
    expect(altered).not.toEqual(request);
    await expect(verify(altered, strict)).rejects.toMatchObject({ ...error, ociCode: 'UNAUTHORIZED', fault: 'client' });
  });

  const signatureOf = (request: BodiedRequest) => readSignature(request, options).signature;
});

/** Returns a request without a body that was signed with a secret, by code of its own. */
function signedWith(secret: string): BodiedRequest {
  const keyed = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
  const date = new Date(signedAt).toISOString().replace(/[-:]|\.\d+/g, '');
  const scope = [date.slice(0, 8), 'us-east-1', 'ecr', 'aws4_request'];
  const head = ['GET', '/', '', `host:registry.example`, `x-amz-date:${date}`, '', 'host;x-amz-date', sha256('')];
  const text = ['AWS4-HMAC-SHA256', date, scope.join('/'), sha256(head.join('\n'))].join('\n');
  const signature = keyed(scope.reduce<string | Buffer>(keyed, `AWS4${secret}`) as Buffer, text).toString('hex');
  const credential = [accessKeyId, ...scope].join('/');
  const authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host;x-amz-date, Signature=${signature}`;
  const headers = [['x-amz-date', date] as const, ['authorization', authorization] as const];
  return { method: 'GET', url: 'https://registry.example/', headers, body: '' };
}

describe('an access key', () => {
  const request = named('ecr: bytes');
  const temporary = named('ecr: temporary credentials');
  const sessionToken = temporary.sessionToken ?? '';

  it('is accepted when the request is signed with its secret', async () => {
    await expect(verify(signedWith(secretAccessKey), options)).resolves.toMatchObject({ accessKeyId });
  });

  it('is refused when its secret is another', async () => {
    await expect(verify(request, options, { secretAccessKey: 'other' })).rejects.toMatchObject(wrong);
  });

  it('is looked up once, by its id, and may be found later', async () => {
    const asked: string[] = [];
    const findKey = async (id: string) => {
      asked.push(id);
      await Promise.resolve();
      return { secretAccessKey };
    };
    await verifySignature(readSignature(request, options), { findKey, bodyHash: sha256(request.body) });
    expect(asked).toEqual([accessKeyId]);
  });

  it('whose lookup fails makes the verification fail with the same error', async () => {
    const failure = new Error('the list of keys is not available');
    const findKey = () => Promise.reject(failure);
    const signature = readSignature(request, options);
    await expect(verifySignature(signature, { findKey, bodyHash: sha256(request.body) })).rejects.toBe(failure);
  });

  it.each([
    ['null', null],
    ['an object without a secret', {}],
    ['an empty secret', { secretAccessKey: '' }],
  ])('is unknown when the lookup returns %s, whatever the request is signed with', async (_, found) => {
    const findKey = () => found as unknown as SecretKey;
    for (const secret of ['', 'undefined', 'null', '0'.repeat(40)]) {
      const signature = readSignature(signedWith(secret), options);
      await expect(verifySignature(signature, { findKey, bodyHash: sha256('') })).rejects.toMatchObject(unknown);
    }
  });

  it('costs as many hashes when it is unknown as when its signature is wrong', async () => {
    const hashesFor = async (key: { secretAccessKey: string } | undefined) => {
      let bytes = 0;
      const hasher: Hasher = (algorithm) => {
        const hash = defaultHasher(algorithm);
        return {
          update: (chunk) => {
            bytes += chunk.length;
            return hash.update(chunk);
          },
          digest: () => hash.digest(),
        };
      };
      const signature = readSignature(request, options);
      const verified = verifySignature(signature, { findKey: () => key, bodyHash: sha256(request.body), hasher });
      await expect(verified).rejects.toThrow();
      return bytes;
    };
    const key = { secretAccessKey: 'x'.repeat(secretAccessKey.length) };
    const first = await hashesFor(key);
    const second = await hashesFor(key);
    expect(second).toBeGreaterThan(0);
    expect(second).toBeLessThan(first);
    await hashesFor(undefined);
    expect(await hashesFor(undefined)).toBe(second);
  });

  it('may get another secret, and signs for several services and days', async () => {
    const key = { secretAccessKey: 'before' };
    const findKey = () => key;
    const check = async ({ service, ...one }: (typeof requests)[number]) =>
      verifySignature(readSignature(one, { service, clock }), { findKey, bodyHash: sha256(one.body) });
    await expect(check(request)).rejects.toMatchObject(wrong);
    key.secretAccessKey = secretAccessKey;
    for (const one of [request, named('ecr-public: bytes'), request]) {
      await expect(check(one)).resolves.toMatchObject({ service: one.service });
    }
    key.secretAccessKey = 'after';
    await expect(check(request)).rejects.toMatchObject(wrong);
  });

  it.each([
    ['no session token', {}],
    ['another session token', { sessionToken: `${sessionToken}x` }],
  ])('that has %s does not accept the session token of a request', async (_, key) => {
    await expect(verify(temporary, options, key)).rejects.toMatchObject(unknown);
  });

  it('with a session token is refused when the request has none', async () => {
    await expect(verify(request, options, { sessionToken })).rejects.toMatchObject(unknown);
  });

  it('is refused from its expiration on', async () => {
    const until = (time: number) => verify(temporary, options, { sessionToken, expiration: new Date(time) });
    await expect(until(signedAt + 1)).resolves.toMatchObject({ sessionToken });
    await expect(until(signedAt)).rejects.toMatchObject({
      name: 'ExpiredTokenException',
      message: 'The security token included in the request is expired',
    });
  });

  it('that has expired is not told to a caller with a wrong signature', async () => {
    const key = { sessionToken, expiration: new Date(0), secretAccessKey: 'other' };
    await expect(verify(temporary, options, key)).rejects.toMatchObject(wrong);
  });
});

describe('the announced hash of a body', () => {
  const signedWith = async (announced: string, body: string) => {
    const headers = { host: 'localhost', 'x-amz-content-sha256': announced };
    const target = { protocol: 'http:', hostname: 'localhost', path: '/', query: {} };
    const request: SdkRequest = { method: 'POST', ...target, headers, body };
    return sentBySdk(await sdkSigner().sign(request, { signingDate: new Date(signedAt) }));
  };

  it('must be the hash of the body', async () => {
    const request = await signedWith(sha256('{}'), '{}');
    await expect(verify(request, options)).resolves.toMatchObject({ accessKeyId });
    await expect(verify({ ...request, body: '{} ' }, options)).rejects.toMatchObject(wrong);
  });

  it('may be UNSIGNED-PAYLOAD when the signature says so as well', async () => {
    const request = await signedWith('UNSIGNED-PAYLOAD', '{}');
    await expect(verify({ ...request, body: 'another body' }, options)).resolves.toMatchObject({ accessKeyId });
    const hashed = await signedWith(sha256('{}'), '{}');
    const headers = hashed.headers.map(
      ([name, value]) => [name, name === 'x-amz-content-sha256' ? 'UNSIGNED-PAYLOAD' : value] as const,
    );
    await expect(verify({ ...hashed, headers }, options)).rejects.toMatchObject(wrong);
  });

  it('is refused when it announces a signed stream', async () => {
    const request = await signedWith('STREAMING-AWS4-HMAC-SHA256-PAYLOAD', '{}');
    await expect(verify(request, options)).rejects.toMatchObject(wrong);
  });
});
