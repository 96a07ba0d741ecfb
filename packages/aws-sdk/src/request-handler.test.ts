import { createEngine, ecr, ecrPublic } from '@coracle/core';
import { withTestHelpers } from '@coracle/core/testing';
import { memoryStorage } from '@coracle/storage-memory';
import { describe, expect, it, vi } from 'vitest';
import { awsSdk, type SdkRequest } from './index.ts';

const engine = () => withTestHelpers(createEngine({ storage: memoryStorage(), services: [ecrPublic, ecr] }));
const handler = (registry = engine()) => awsSdk(registry).requestHandler;
const request = (operation: string, body: unknown = '{}'): SdkRequest => ({
  headers: { 'x-amz-target': `SpencerFrontendService.${operation}` },
  body,
});

describe('the request handler', () => {
  it('says what it is', () => {
    const made = handler();
    expect(made.metadata).toEqual({ handlerProtocol: 'http/1.1' });
    expect(made.httpHandlerConfigs()).toEqual({});
    expect(made.destroy()).toBeUndefined();
  });

  it('answers with bytes of one’s own', async () => {
    const made = handler();
    const [one, two] = await Promise.all([1, 2].map(() => made.handle(request('DescribeRepositories'))));
    expect(one?.response).toMatchObject({
      statusCode: 200,
      headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': expect.any(String) },
      body: new TextEncoder().encode('{"repositories":[]}'),
    });
    expect(one?.response.body).toBeInstanceOf(Uint8Array);
    one?.response.body.fill(0);
    expect(new TextDecoder().decode(two?.response.body)).toBe('{"repositories":[]}');
  });

  it('knows bytes of another realm, and gives none', async () => {
    class Foreign {
      encode = (text: string) => Object.setPrototypeOf(Buffer.from(text), Object.create(null)) as Uint8Array;
    }
    vi.stubGlobal('TextEncoder', Foreign);
    try {
      const { response } = await handler().handle(request('DescribeRepositories'));
      expect(response.body).toBeInstanceOf(Uint8Array);
    } finally {
      vi.unstubAllGlobals();
    }
  });

  it.each([
    '{"repositoryName":"web"}',
    new TextEncoder().encode('{"repositoryName":"web"}'),
    new DataView(new TextEncoder().encode('{"repositoryName":"web"}').buffer),
  ])('takes a body of any form: %o', async (body) => {
    const { response } = await handler().handle(request('CreateRepository', body));
    expect(response.statusCode).toBe(200);
  });

  it.each([undefined, null, ''])('takes %j as an empty body', async (body) => {
    expect((await handler().handle(request('DescribeRegistries', body))).response.statusCode).toBe(200);
  });

  it('takes no stream', async () => {
    await expect(handler().handle(request('DescribeRegistries', new ReadableStream()))).rejects.toThrow(
      new TypeError(
        'The body of a request to an in-process registry must be a string or bytes, not a stream: read the whole stream first',
      ),
    );
  });

  it('finds headers by names of any case', async () => {
    const { response } = await handler().handle({
      headers: { 'X-Amz-Target': 'SpencerFrontendService.DescribeRegistries' },
      body: '{}',
    });
    expect(response.statusCode).toBe(200);
  });

  it('takes the region from the host where nobody signed', async () => {
    const registry = engine();
    await handler(registry).handle({
      hostname: 'api.ecr.eu-west-1.amazonaws.com',
      headers: { 'x-amz-target': 'AmazonEC2ContainerRegistry_V20150921.CreateRepository' },
      body: '{"repositoryName":"web"}',
    });
    expect((await registry.ecr.describeRepositories({}, { region: 'eu-west-1' })).repositories).toHaveLength(1);
  });

  it('keeps the timeout that it is configured with', async () => {
    const registry = engine();
    registry.intercept('DescribeRegistries', { delay: 1000 });
    const made = handler(registry);
    made.updateHttpClientConfig('requestTimeout', 5);
    made.updateHttpClientConfig('connectionTimeout', 5);
    expect(made.httpHandlerConfigs()).toEqual({ requestTimeout: 5 });
    await expect(made.handle(request('DescribeRegistries'))).rejects.toMatchObject({ name: 'TimeoutError' });
  });
});
