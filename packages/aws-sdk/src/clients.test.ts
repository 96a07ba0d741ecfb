import * as ecr from '@aws-sdk/client-ecr';
import {
  BatchCheckLayerAvailabilityCommand,
  CompleteLayerUploadCommand,
  CreateRepositoryCommand,
  DescribeImagesCommand,
  DescribeRegistriesCommand,
  DescribeRepositoriesCommand,
  ECRPUBLICClient,
  ECRPUBLICServiceException,
  GetAuthorizationTokenCommand,
  InitiateLayerUploadCommand,
  InvalidLayerPartException,
  LimitExceededException,
  PutImageCommand,
  paginateDescribeRepositories,
  RepositoryAlreadyExistsException,
  RepositoryNotFoundException,
  ServerException,
  UploadLayerPartCommand,
} from '@aws-sdk/client-ecr-public';
import { buildImage } from '@coracle/core/testing';
import { describe, expect, it } from 'vitest';
import { clients, rejection } from '../test-support/clients.ts';

const create = (repositoryName = 'team/web') => new CreateRepositoryCommand({ repositoryName });

describe('an answer', () => {
  it('has Dates, and metadata', async () => {
    const now = 1448875853241;
    const { ecrPublic } = clients({ clock: () => now });
    const { repository, $metadata } = await ecrPublic.send(create());
    expect(repository?.createdAt).toEqual(new Date(now));
    expect($metadata).toMatchObject({
      httpStatusCode: 200,
      requestId: expect.stringMatching(/^[0-9a-f]{8}-/),
      attempts: 1,
      totalRetryDelay: 0,
    });
    const { authorizationData } = await ecrPublic.send(new GetAuthorizationTokenCommand({}));
    expect(authorizationData?.expiresAt).toEqual(new Date(now + 12 * 60 * 60 * 1000));
  });

  it('is fresh each time', async () => {
    const { ecrPublic } = clients();
    const [one, two] = await Promise.all([1, 2].map(() => ecrPublic.send(new DescribeRegistriesCommand({}))));
    expect(one?.registries).toEqual(two?.registries);
    expect(one?.registries).not.toBe(two?.registries);
    expect(one?.$metadata.requestId).not.toBe(two?.$metadata.requestId);
  });

  it('is told to middleware, which may change what is asked', async () => {
    const { ecrPublic } = clients();
    const seen: unknown[] = [];
    ecrPublic.middlewareStack.add(
      (next) => async (args) => {
        const request = args.request as {
          method: string;
          path: string;
          headers: Record<string, string>;
          body: unknown;
        };
        const body = request.body instanceof Uint8Array ? new TextDecoder().decode(request.body) : String(request.body);
        request.body = body.replace('team/web', 'team/api');
        const result = await next({ ...args, request });
        const response = result.response as { statusCode: number; headers: Record<string, string> };
        seen.push(request.method, request.path, request.headers['x-amz-target'], response.statusCode, response.headers);
        return result;
      },
      { step: 'finalizeRequest', name: 'watch', priority: 'low' },
    );
    const { repository } = await ecrPublic.send(create());
    expect(repository?.repositoryName).toBe('team/api');
    expect(seen).toEqual([
      'POST',
      '/',
      'SpencerFrontendService.CreateRepository',
      200,
      { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': expect.any(String) },
    ]);
  });
});

describe('an exception', () => {
  it('is of its own class', async () => {
    const { ecrPublic } = clients();
    await ecrPublic.send(create());
    const error = await rejection(ecrPublic.send(create()));
    expect(error).toBeInstanceOf(RepositoryAlreadyExistsException);
    expect(error).toBeInstanceOf(ECRPUBLICServiceException);
    expect(error).toMatchObject({
      name: 'RepositoryAlreadyExistsException',
      message: `The repository with name 'team/web' already exists in the registry with id '123456789012'`,
      $fault: 'client',
      $metadata: { httpStatusCode: 400, requestId: expect.stringMatching(/^[0-9a-f]{8}-/), attempts: 1 },
    });
  });

  it('is of its own class with both clients', async () => {
    const made = clients();
    const name = { repositoryName: 'ghost' };
    expect(await rejection(made.ecrPublic.send(new DescribeImagesCommand(name)))).toBeInstanceOf(
      RepositoryNotFoundException,
    );
    const error = await rejection(made.ecr.send(new ecr.DescribeRepositoriesCommand({ repositoryNames: ['ghost'] })));
    expect(error).toBeInstanceOf(ecr.RepositoryNotFoundException);
    expect(error).not.toBeInstanceOf(RepositoryNotFoundException);
  });

  it('has the members of its model', async () => {
    const { ecrPublic } = clients();
    await ecrPublic.send(create());
    const { uploadId } = await ecrPublic.send(new InitiateLayerUploadCommand({ repositoryName: 'team/web' }));
    const part = { repositoryName: 'team/web', uploadId, layerPartBlob: new Uint8Array(4) };
    await ecrPublic.send(new UploadLayerPartCommand({ ...part, partFirstByte: 0, partLastByte: 3 }));
    const error = await rejection(
      ecrPublic.send(new UploadLayerPartCommand({ ...part, partFirstByte: 8, partLastByte: 11 })),
    );
    expect(error).toBeInstanceOf(InvalidLayerPartException);
    expect(error).toMatchObject({
      registryId: '123456789012',
      repositoryName: 'team/web',
      uploadId,
      lastValidByteReceived: 3,
      message: 'First byte of the layer part is 8 instead of 4',
    });
  });

  it('is the very error that a test asks for', async () => {
    const { engine, ecrPublic } = clients();
    const hangUp = Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
    const limit = new LimitExceededException({ message: 'no more', $metadata: {} });
    for (const fail of [hangUp, limit, new ECRPUBLICServiceException({ name: 'E', $fault: 'server', $metadata: {} })]) {
      engine.intercept('CreateRepository', { fail, times: 1 });
      expect(await rejection(ecrPublic.send(create()))).toBe(fail);
    }
    expect(limit).toMatchObject({ message: 'no more', $fault: 'client' });
  });

  it('is the server’s where the registry fails', async () => {
    const { engine, ecrPublic } = clients();
    engine.intercept('CreateRepository', { fail: { name: 'ServerException', message: 'later' } });
    const error = await rejection(ecrPublic.send(create()));
    expect(error).toBeInstanceOf(ServerException);
    expect(error).toMatchObject({ $fault: 'server', message: 'later' });
  });

  it('is the service’s for an operation that is not there yet', async () => {
    const { ecr: client } = clients();
    const error = await rejection(
      client.send(new ecr.CreatePullThroughCacheRuleCommand({ ecrRepositoryPrefix: 'x', upstreamRegistryUrl: 'y' })),
    );
    expect(error).toBeInstanceOf(ecr.ECRServiceException);
    expect(error).toMatchObject({
      name: 'UnknownOperationException',
      message: 'Coracle does not implement CreatePullThroughCacheRule of Amazon ECR yet: use another operation',
    });
  });
});

describe('bytes', () => {
  it('arrive as they were sent', async () => {
    const { engine, ecrPublic } = clients();
    await ecrPublic.send(create());
    const image = await buildImage({ layers: [new Uint8Array(300_000).map((_, i) => i * 13)] });
    for (const { bytes, digest } of image.blobs) {
      const { uploadId } = await ecrPublic.send(new InitiateLayerUploadCommand({ repositoryName: 'team/web' }));
      const upload = { repositoryName: 'team/web', uploadId };
      const { lastByteReceived } = await ecrPublic.send(
        new UploadLayerPartCommand({
          ...upload,
          layerPartBlob: bytes,
          partFirstByte: 0,
          partLastByte: bytes.length - 1,
        }),
      );
      expect(lastByteReceived).toBe(bytes.length - 1);
      const { layerDigest } = await ecrPublic.send(
        new CompleteLayerUploadCommand({ ...upload, layerDigests: [digest] }),
      );
      expect(layerDigest).toBe(digest);
    }
    const digests = image.blobs.map(({ digest }) => digest);
    const { layers } = await ecrPublic.send(
      new BatchCheckLayerAvailabilityCommand({ repositoryName: 'team/web', layerDigests: digests }),
    );
    expect(layers?.map(({ layerAvailability }) => layerAvailability)).toEqual(digests.map(() => 'AVAILABLE'));
    await ecrPublic.send(
      new PutImageCommand({ repositoryName: 'team/web', imageManifest: image.manifest, imageTag: 'v1' }),
    );
    const { imageDetails } = await ecrPublic.send(new DescribeImagesCommand({ repositoryName: 'team/web' }));
    expect(imageDetails).toMatchObject([
      { imageDigest: image.digest, imageTags: ['v1'], imagePushedAt: expect.any(Date) },
    ]);
    expect((await engine.ecrPublic.describeImages({ repositoryName: 'team/web' })).imageDetails).toHaveLength(1);
  });
});

describe('a paginator', () => {
  it('goes from page to page', async () => {
    const { engine, ecrPublic } = clients();
    const names = Array.from({ length: 7 }, (_, i) => `web-${i}`);
    for (const repositoryName of names) await engine.ecrPublic.createRepository({ repositoryName });
    const pages: (string | undefined)[][] = [];
    for await (const page of paginateDescribeRepositories({ client: ecrPublic, pageSize: 3 }, {})) {
      pages.push((page.repositories ?? []).map(({ repositoryName }) => repositoryName));
    }
    expect(pages).toEqual([names.slice(0, 3), names.slice(3, 6), names.slice(6)]);
  });
});

describe('another attempt', () => {
  it('is not made by default', async () => {
    const { engine, ecrPublic } = clients();
    for (const name of ['ThrottlingException', 'ServerException']) {
      const seen = engine.intercept('CreateRepository', { fail: { name } });
      expect(await rejection(ecrPublic.send(create()))).toMatchObject({ name, $metadata: { attempts: 1 } });
      expect(seen.calls).toHaveLength(1);
      seen.stop();
    }
  });

  it('is made where the client says so', async () => {
    const { engine, config } = clients();
    const client = new ECRPUBLICClient({ ...config, maxAttempts: 3 });
    const seen = engine.intercept('CreateRepository', { fail: { name: 'ThrottlingException' }, times: 1 });
    const { repository, $metadata } = await client.send(create());
    expect(repository?.repositoryName).toBe('team/web');
    expect($metadata.attempts).toBe(2);
    expect(seen.calls).toHaveLength(2);
  });
});

describe('an AbortSignal', () => {
  it('that was given before ends the request before it begins', async () => {
    const { engine, ecrPublic } = clients();
    const seen = engine.intercept('*');
    const error = await rejection(ecrPublic.send(create(), { abortSignal: AbortSignal.abort() }));
    expect(error).toMatchObject({ name: 'AbortError', message: 'Request aborted' });
    expect(seen.calls).toEqual([]);
  });

  it('ends the wait for a request that is under way', async () => {
    const { engine, config } = clients();
    const client = new ECRPUBLICClient({ ...config, maxAttempts: 3 });
    const seen = engine.intercept('CreateRepository', { delay: new Promise(() => undefined) });
    const controller = new AbortController();
    const answer = rejection(client.send(create(), { abortSignal: controller.signal }));
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(seen.calls).toHaveLength(1);
    controller.abort(new Error('the test is over'));
    expect(await answer).toMatchObject({ name: 'AbortError', message: 'Request aborted' });
    expect(seen.calls).toHaveLength(1);
  });

  it('that never fires changes nothing', async () => {
    const { ecrPublic } = clients();
    const { signal } = new AbortController();
    await Promise.all([
      ecrPublic.send(create('a1'), { abortSignal: signal }),
      ecrPublic.send(create('b1'), { abortSignal: signal }),
    ]);
    expect((await ecrPublic.send(new DescribeRepositoriesCommand({}))).repositories).toHaveLength(2);
  });
});

describe('requestTimeout', () => {
  it('ends the wait for a slow registry', async () => {
    const { engine, ecrPublic } = clients();
    engine.intercept('CreateRepository', { delay: 1000 });
    const error = await rejection(ecrPublic.send(create(), { requestTimeout: 10 }));
    expect(error).toMatchObject({ name: 'TimeoutError', message: 'Request did not complete within 10 ms' });
  });

  it('is not met by a fast one', async () => {
    const { ecrPublic } = clients();
    expect((await ecrPublic.send(create(), { requestTimeout: 10_000 })).repository).toBeDefined();
  });
});

describe('two clients of one registry', () => {
  it('see each other’s repositories, and none of another registry’s', async () => {
    const { engine, config, ecrPublic } = clients();
    const other = new ECRPUBLICClient(config);
    await ecrPublic.send(create());
    ecrPublic.destroy();
    expect((await other.send(new DescribeRepositoriesCommand({}))).repositories).toHaveLength(1);
    expect((await engine.ecrPublic.describeRepositories()).repositories).toHaveLength(1);
    const apart = clients();
    expect((await apart.ecrPublic.send(new DescribeRepositoriesCommand({}))).repositories).toEqual([]);
  });

  it('of both services have repositories of the same name', async () => {
    const made = clients();
    await made.ecrPublic.send(create());
    expect((await made.ecr.send(new ecr.DescribeRepositoriesCommand({}))).repositories).toEqual([]);
    await made.ecr.send(new ecr.CreateRepositoryCommand({ repositoryName: 'team/web' }));
    expect((await made.ecr.send(new ecr.DescribeRepositoriesCommand({}))).repositories).toHaveLength(1);
  });

  it('of one hundred that write at once, one creates the repository', async () => {
    const { config } = clients();
    const outcomes = await Promise.allSettled(
      Array.from({ length: 100 }, () => new ECRPUBLICClient(config).send(create())),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(RepositoryAlreadyExistsException);
    }
  });
});
