import { describe, expect, it, vi } from 'vitest';
import { ecr, header, requestTo, served, watched } from '../../test-support/served.ts';
import { createFetchHandler } from '../index.ts';

const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;
const credential = (account: string, region: string, service = 'ecr') => ({
  authorization: `AWS4-HMAC-SHA256 Credential=${account}/20261121/${region}/${service}/aws4_request, SignedHeaders=host, Signature=0`,
});

describe('POST /', () => {
  it('answers both services', async () => {
    const { call } = served();
    const created = await call('CreateRepository', { repositoryName: 'team/web' });
    expect(created.status).toBe(200);
    expect(header(created, 'content-type')).toBe('application/x-amz-json-1.1');
    expect(header(created, 'x-amzn-RequestId')).toMatch(uuid);
    expect(await created.json()).toMatchObject({
      repository: { repositoryName: 'team/web', createdAt: expect.any(Number) },
    });

    const described = await call(ecr('DescribeRepositories'), '');
    expect(described.status).toBe(200);
    expect(await described.json()).toEqual({ repositories: [] });
  });

  it('gives an id to what it refuses as well', async () => {
    const { call, fetch } = served({ maxBodyBytes: 10 });
    for (const response of [
      await call('DescribeImages', '{}'),
      await call('DescribeImages', '{'),
      await call('Nothing', '{}'),
      await fetch('/', { method: 'POST', body: '{}' }),
      await call('DescribeImages', { repositoryName: 'far too long' }),
    ]) {
      expect(response.status).toBeGreaterThanOrEqual(400);
      expect(response.status).toBeLessThan(500);
      expect(header(response, 'x-amzn-requestid')).toMatch(uuid);
      expect(header(response, 'content-type')).toBe('application/x-amz-json-1.1');
      const { __type, message, ...more } = (await response.json()) as Record<string, unknown>;
      expect(__type).toMatch(/^[A-Za-z]+Exception$/);
      expect(message).not.toBe('');
      expect(more).toEqual({});
    }
  });

  it('asks for a target', async () => {
    const { fetch } = served();
    const response = await fetch('/', { method: 'POST', body: '{}' });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ __type: 'UnknownOperationException' });
  });

  it('calls for the account and in the region of the credential', async () => {
    const { call } = served();
    const home = await call(ecr('CreateRepository'), { repositoryName: 'web' });
    expect(await home.json()).toMatchObject({ repository: { registryId: '123456789012' } });
    const away = await call(
      ecr('CreateRepository'),
      { repositoryName: 'web' },
      credential('000000000042', 'eu-west-1'),
    );
    expect(await away.json()).toMatchObject({
      repository: {
        registryId: '000000000042',
        repositoryArn: 'arn:aws:ecr:eu-west-1:000000000042:repository/web',
      },
    });
    const key = await call(ecr('CreateRepository'), { repositoryName: 'api' }, credential('AKIAEXAMPLE', 'eu-west-1'));
    expect(await key.json()).toMatchObject({
      repository: { repositoryArn: 'arn:aws:ecr:eu-west-1:123456789012:repository/api' },
    });
  });

  it('finds the credential in a query and the region in a host', async () => {
    const { engine } = served();
    const handler = createFetchHandler(engine);
    const arnOf = async (url: string, repositoryName: string) => {
      const response = await handler(
        new Request(url, {
          method: 'POST',
          headers: { 'x-amz-target': ecr('CreateRepository') },
          body: JSON.stringify({ repositoryName }),
        }),
      );
      return ((await response.json()) as { repository: { repositoryArn: string } }).repository.repositoryArn;
    };
    const scope = encodeURIComponent('000000000042/20261121/eu-north-1/ecr/aws4_request');
    expect(await arnOf(`http://localhost/?X-Amz-Credential=${scope}`, 'a1')).toBe(
      'arn:aws:ecr:eu-north-1:000000000042:repository/a1',
    );
    expect(await arnOf('https://api.ecr.ap-south-1.amazonaws.com/', 'a2')).toBe(
      'arn:aws:ecr:ap-south-1:123456789012:repository/a2',
    );
  });

  it('refuses ECR Public outside of its region, as AWS does', async () => {
    const { call } = served();
    const response = await call(
      'CreateRepository',
      { repositoryName: 'web' },
      credential('000000000042', 'eu-west-1', 'ecr-public'),
    );
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      __type: 'UnsupportedCommandException',
      message: 'CreateRepository command is only supported in us-east-1.',
    });
  });

  it('stores the bytes of a layer part', async () => {
    const { call } = served();
    await call('CreateRepository', { repositoryName: 'web' });
    const { uploadId } = (await (await call('InitiateLayerUpload', { repositoryName: 'web' })).json()) as {
      uploadId: string;
    };
    const bytes = new Uint8Array(6 * 1024 * 1024).map((_, i) => i * 31);
    const part = await call('UploadLayerPart', {
      repositoryName: 'web',
      uploadId,
      partFirstByte: 0,
      partLastByte: bytes.length - 1,
      layerPartBlob: Buffer.from(bytes).toString('base64'),
    });
    expect(await part.json()).toMatchObject({ lastByteReceived: bytes.length - 1 });
    const digest = `sha256:${Buffer.from(await crypto.subtle.digest('SHA-256', bytes)).toString('hex')}`;
    const done = await call('CompleteLayerUpload', { repositoryName: 'web', uploadId, layerDigests: [digest] });
    expect(await done.json()).toMatchObject({ layerDigest: digest });
  });
});

describe('a body that is too large', () => {
  const ask = (body: BodyInit, headers: Record<string, string> = {}) => {
    const { engine } = served();
    const handler = createFetchHandler(engine, { maxBodyBytes: 1000 });
    return handler(
      requestTo('/', { method: 'POST', body, headers: { 'x-amz-target': 'SpencerFrontendService.x', ...headers } }),
    );
  };

  it('is refused by the length that was announced, and read to its end', async () => {
    const body = watched((i) => (i < 11 ? new Uint8Array(100) : undefined));
    const response = await ask(body.stream, { 'content-length': '1001' });
    expect(response.status).toBe(413);
    expect(await response.json()).toEqual({
      __type: 'RequestEntityTooLargeException',
      message: 'A request may have at most 1000 bytes; this request has 1001',
    });
    await vi.waitFor(() => expect(body).toMatchObject({ pulled: 12, cancelled: false }));
  });

  it('is refused once it has become too large', async () => {
    const body = watched((i) => (i < 100 ? new Uint8Array(300) : undefined));
    const response = await ask(body.stream);
    expect(response.status).toBe(413);
    expect(await response.json()).toEqual({
      __type: 'RequestEntityTooLargeException',
      message: 'A request may have at most 1000 bytes; this request has more',
    });
    await vi.waitFor(() => expect(body).toMatchObject({ pulled: 101, cancelled: false }));
  });

  it('is refused also where it announced less', async () => {
    const body = watched((i) => (i < 100 ? new Uint8Array(300) : undefined));
    expect((await ask(body.stream, { 'content-length': '10' })).status).toBe(413);
    await vi.waitFor(() => expect(body).toMatchObject({ pulled: 101, cancelled: false }));
  });

  it('begins with one byte more than is taken', async () => {
    const body = (size: number) => JSON.stringify({ a: 'x'.repeat(size - 8) });
    expect(body(1000)).toHaveLength(1000);
    expect((await ask(body(1000))).status).toBe(400);
    expect((await ask(body(1001))).status).toBe(413);
  });

  it('is one of more than its operation takes, whatever it announces', async () => {
    const { call } = served();
    const most = 256 * 1024;
    const response = await call('DescribeRegistries', '{}', { 'content-length': String(most + 1) });
    expect(await response.json()).toMatchObject({
      message: `A request may have at most ${most} bytes; this request has ${most + 1}`,
    });
    expect((await call('DescribeRegistries', ' '.repeat(most - 2).concat('{}'))).status).toBe(200);
    expect((await call('DescribeRegistries', ' '.repeat(most - 1).concat('{}'))).status).toBe(413);
  });
});

describe('a body that breaks off', () => {
  it('is refused as one that cannot be read', async () => {
    const { engine } = served();
    const body = watched((i) => {
      if (i === 2) throw new Error('the client went away');
      return new Uint8Array(10);
    });
    const headers = { 'x-amz-target': ecr('DescribeRepositories') };
    const response = await createFetchHandler(engine)(requestTo('/', { method: 'POST', headers, body: body.stream }));
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      __type: 'SerializationException',
      message: 'The request body could not be read to its end: the client went away',
    });
  });

  it('is refused where somebody has read it already', async () => {
    const { engine } = served();
    const headers = { 'x-amz-target': ecr('DescribeRepositories') };
    const request = requestTo('/', { method: 'POST', headers, body: '{}' });
    await request.text();
    const response = await createFetchHandler(engine)(request);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ __type: 'SerializationException' });
  });
});
