import { createEngine, ecr, ecrPublic, RegistryError } from '@coracle/core';
import { withTestHelpers } from '@coracle/core/testing';
import { memoryStorage } from '@coracle/storage-memory';
import { describe, expect, it } from 'vitest';
import { type Failure, revealer } from '../reveal.ts';
import { awsJsonDoor } from './door.ts';

const MiB = 1024 * 1024;

const target = (operation: string) => `SpencerFrontendService.${operation}`;
const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;

function opened() {
  const engine = withTestHelpers(
    createEngine({ storage: memoryStorage(), clock: () => 1448875853241, services: [ecrPublic, ecr] }),
  );
  const door = awsJsonDoor(engine);
  const ask = async (operation: string, input: unknown = {}, caller = {}) => {
    const answer = await door.answer({ target: target(operation), body: JSON.stringify(input), caller });
    return { ...answer, value: JSON.parse(answer.body) as Record<string, unknown> };
  };
  return { engine, door, ask };
}

describe('the door', () => {
  it('answers with the output', async () => {
    const { ask } = opened();
    const { status, headers, value } = await ask('CreateRepository', { repositoryName: 'team/web' });
    expect(status).toBe(200);
    expect(headers).toEqual({
      'content-type': 'application/x-amz-json-1.1',
      'x-amzn-requestid': expect.stringMatching(uuid),
    });
    expect(value).toMatchObject({
      repository: { repositoryName: 'team/web', createdAt: 1448875853.241 },
      catalogData: {},
    });
  });

  it('takes bytes, a text and nothing', async () => {
    const { door } = opened();
    for (const body of ['', '{}', new Uint8Array(0), new TextEncoder().encode('{}')]) {
      const answer = await door.answer({ target: target('DescribeRepositories'), body });
      expect(answer).toMatchObject({ status: 200, body: '{"repositories":[]}' });
    }
  });

  it('passes the caller on', async () => {
    const { ask } = opened();
    await ask('CreateRepository', { repositoryName: 'team/web' }, { accountId: '000000000042' });
    expect((await ask('DescribeRepositories')).value).toEqual({ repositories: [] });
    const { value } = await ask('DescribeRepositories', {}, { accountId: '000000000042' });
    expect(value).toMatchObject({ repositories: [{ registryId: '000000000042' }] });
  });

  it('answers what the registry refuses with 400, the bare name and the text', async () => {
    const { ask } = opened();
    const { status, headers, value } = await ask('DescribeImages', { repositoryName: 'ghost' });
    expect(status).toBe(400);
    expect(value).toEqual({
      __type: 'RepositoryNotFoundException',
      message: `The repository with name 'ghost' does not exist in the registry with id '123456789012'`,
    });
    expect(headers['x-amzn-requestid']).toMatch(uuid);
    expect(headers['content-type']).toBe('application/x-amz-json-1.1');
  });

  it('gives an exception its own members', async () => {
    const { ask } = opened();
    await ask('CreateRepository', { repositoryName: 'team/web' });
    const { uploadId } = (await ask('InitiateLayerUpload', { repositoryName: 'team/web' })).value;
    const part = { repositoryName: 'team/web', uploadId, layerPartBlob: 'AQIDBA==' };
    await ask('UploadLayerPart', { ...part, partFirstByte: 0, partLastByte: 3 });
    const { status, value } = await ask('UploadLayerPart', { ...part, partFirstByte: 8, partLastByte: 11 });
    expect(status).toBe(400);
    expect(value).toEqual({
      __type: 'InvalidLayerPartException',
      message: 'First byte of the layer part is 8 instead of 4',
      registryId: '123456789012',
      repositoryName: 'team/web',
      uploadId,
      lastValidByteReceived: 3,
    });
  });

  it('answers what the registry is to blame for with 500', async () => {
    const { engine, ask } = opened();
    engine.intercept('DescribeRegistries', { fail: { name: 'ServerException', message: 'later' } });
    expect(await ask('DescribeRegistries')).toMatchObject({
      status: 500,
      value: { __type: 'ServerException', message: 'later' },
    });
    engine.intercept('DescribeRepositories', { fail: new Error('the disk is full') });
    expect(await ask('DescribeRepositories')).toMatchObject({
      status: 500,
      value: { __type: 'Error', message: 'the disk is full' },
    });
  });

  it('answers throttling with 400, as the services do', async () => {
    const { engine, ask } = opened();
    engine.intercept('DescribeRegistries', { fail: { name: 'ThrottlingException' } });
    expect(await ask('DescribeRegistries')).toMatchObject({
      status: 400,
      value: { __type: 'ThrottlingException', message: 'Rate exceeded' },
    });
  });

  it('tells an operation that is not there from one that is not there yet', async () => {
    const { door, ask } = opened();
    expect(await ask('ListImages')).toMatchObject({
      status: 400,
      value: {
        __type: 'UnknownOperationException',
        message: `Amazon ECR Public (2020-10-30) has no operation 'ListImages'`,
      },
    });
    const notYet = await door.answer({
      target: 'AmazonEC2ContainerRegistry_V20150921.CreatePullThroughCacheRule',
      body: '{',
    });
    expect(notYet.status).toBe(400);
    expect(JSON.parse(notYet.body)).toEqual({
      __type: 'UnknownOperationException',
      message: 'Coracle does not implement CreatePullThroughCacheRule of Amazon ECR yet: use another operation',
    });
    const none = await door.answer({ target: undefined, body: '{}' });
    expect(JSON.parse(none.body)).toMatchObject({ __type: 'UnknownOperationException' });
  });

  it('has a type of the body checked by the engine', async () => {
    const { ask } = opened();
    expect(await ask('DescribeRepositories', { maxResults: 'ten' })).toMatchObject({
      status: 400,
      value: { __type: 'SerializationException' },
    });
    expect(await ask('UploadLayerPart', { repositoryName: 'team/web', layerPartBlob: 7 })).toMatchObject({
      status: 400,
      value: { __type: 'SerializationException' },
    });
  });

  it('never rejects, whatever an engine does', async () => {
    const failures: Failure[] = [];
    const reveal = revealer((failure) => void failures.push(failure));
    const door = awsJsonDoor({ services: [ecrPublic], invoke: () => Promise.reject('no error at all') }, { reveal });
    const { status, body } = await door.answer({ target: target('DescribeRegistries'), body: '' });
    expect(status).toBe(500);
    expect(failures).toEqual([{ id: expect.any(String), error: 'no error at all' }]);
    expect(JSON.parse(body)).toEqual({
      __type: 'ServerException',
      message: `The registry failed. Its log has the cause under the id ${failures[0]?.id}`,
    });
  });

  it.each([
    ['UploadLayerPart', 32 * MiB],
    ['PutImage', 9 * MiB],
    ['CreateRepository', MiB],
    ['PutRepositoryCatalogData', MiB],
    ['DescribeRepositories', MiB / 4],
    ['Nothing', MiB / 4],
  ])('takes as many bytes for %s as the operation may need, and no more', async (operation, most) => {
    const { door } = opened();
    const body = new Uint8Array(most + 1).fill(0x20);
    const ask = async (bytes: Uint8Array) => (await door.answer({ target: target(operation), body: bytes })).status;
    expect(await ask(body.subarray(1))).toBe(400);
    expect(await ask(body)).toBe(413);
  });

  it('tells a client of a full storage so, and not to come again at once', async () => {
    const cause = Object.assign(new Error('/var/data is full'), { name: 'QuotaExceededError' });
    const { records, ...storage } = memoryStorage();
    const full = {
      guarantees: records.guarantees,
      getMany: records.getMany.bind(records),
      list: records.list.bind(records),
      commit: () => Promise.reject(cause),
    };
    const engine = createEngine({ storage: { ...storage, records: full }, services: [ecrPublic, ecr] });
    const door = awsJsonDoor(engine, { reveal: revealer(() => undefined) });
    const { status, body } = await door.answer({ target: target('CreateRepository'), body: '{"repositoryName":"x1"}' });
    expect(status).toBe(507);
    expect(JSON.parse(body).message).toMatch(/^CreateRepository failed: the storage is full, /);
    expect(body).not.toContain('/var/data');
  });

  it('refuses what did not get as far as a body', () => {
    const { door } = opened();
    const error = new RegistryError('SerializationException', 'no', 'UNSUPPORTED');
    expect(door.refuse(error)).toMatchObject({
      status: 400,
      body: '{"__type":"SerializationException","message":"no"}',
    });
  });

  it('answers each request with an id of its own, also at once', async () => {
    const { ask } = opened();
    const answers = await Promise.all(Array.from({ length: 50 }, () => ask('DescribeRegistries')));
    expect(new Set(answers.map(({ headers }) => headers['x-amzn-requestid'])).size).toBe(50);
  });
});
