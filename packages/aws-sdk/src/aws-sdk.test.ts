import {
  CreateRepositoryCommand,
  DescribeRepositoriesCommand,
  ECRClient,
  type ECRClientConfig,
} from '@aws-sdk/client-ecr';
import * as ecrPublic from '@aws-sdk/client-ecr-public';
import * as core from '@coracle/core';
import { memoryStorage } from '@coracle/storage-memory';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { clients, rejection } from '../test-support/clients.ts';
import { type AwsSdkConfig, awsSdk, type SdkRegistry, type SdkRequestHandler } from './index.ts';

const engine = () => core.createEngine({ storage: memoryStorage(), services: [core.ecrPublic, core.ecr] });

describe('the types', () => {
  it('are those of both clients', () => {
    expectTypeOf<AwsSdkConfig>().toExtend<ECRClientConfig>();
    expectTypeOf<AwsSdkConfig>().toExtend<ecrPublic.ECRPUBLICClientConfig>();
    // The client would take any record for a handler's options; this is what it takes for a handler.
    expectTypeOf<SdkRequestHandler>().toExtend<ECRClient['config']['requestHandler']>();
    expectTypeOf<SdkRequestHandler>().toExtend<ecrPublic.ECRPUBLICClient['config']['requestHandler']>();
    expectTypeOf<AwsSdkConfig['signerConstructor']>().toExtend<NonNullable<ECRClientConfig['signerConstructor']>>();
    expectTypeOf<AwsSdkConfig['credentials']>().toExtend<NonNullable<ECRClientConfig['credentials']>>();
  });

  it('let every part be overridden', () => {
    const config: ECRClientConfig = { ...awsSdk(engine()), region: 'eu-west-1', maxAttempts: 3, retryMode: 'adaptive' };
    expect(new ECRClient(config)).toBeInstanceOf(ECRClient);
  });
});

describe('awsSdk', () => {
  it('is the registry’s account and region', () => {
    const registry = core.createEngine({
      storage: memoryStorage(),
      accountId: '000000000042',
      region: 'eu-west-1',
      services: [core.ecrPublic, core.ecr],
    });
    expect(awsSdk(registry)).toMatchObject({
      region: 'eu-west-1',
      credentials: { accessKeyId: '000000000042' },
      maxAttempts: 1,
    });
    expect(awsSdk(registry, { accountId: '999999999999', region: 'us-west-2' })).toMatchObject({
      region: 'us-west-2',
      credentials: { accessKeyId: '999999999999' },
    });
  });

  it.each([undefined, null, {}, { accountId: '123456789012', region: 'us-east-1' }])(
    'needs a registry: %j',
    (registry) => {
      expect(() => awsSdk(registry as unknown as SdkRegistry)).toThrow(
        new TypeError('The first argument of awsSdk() must be a registry: pass the result of createRegistry()'),
      );
    },
  );

  it.each([
    [{ accountId: 'me' }, `accountId must be 12 digits, not 'me'`],
    [{ accountId: 123456789012 }, `accountId must be 12 digits, not '123456789012'`],
    [{ region: 'Ireland' }, `region must be an AWS region such as us-east-1, not 'Ireland'`],
    [{ acountId: '123456789012' }, `awsSdk has no option 'acountId'; did you mean 'accountId'?`],
  ])('checks its options: %j', (options, message) => {
    expect(() => awsSdk(engine(), options as object)).toThrow(new TypeError(message));
  });

  it('takes a registry that answers whole requests, such as one in another thread', async () => {
    const targets: unknown[] = [];
    const registry: SdkRegistry = {
      accountId: '123456789012',
      region: 'us-east-1',
      answerAwsJson: async ({ target }) => {
        targets.push(target);
        return { status: 200, headers: {}, body: '{"repositories":[]}' };
      },
    };
    await new ECRClient(awsSdk(registry)).send(new DescribeRepositoriesCommand({}));
    expect(targets).toEqual(['AmazonEC2ContainerRegistry_V20150921.DescribeRepositories']);
  });

  it('may configure several clients at once', async () => {
    const { config, engine } = clients();
    const all = [new ECRClient(config), new ECRClient(config), new ECRClient({ ...config, region: 'eu-west-1' })];
    await Promise.all(all.map((client, i) => client.send(new CreateRepositoryCommand({ repositoryName: `web-${i}` }))));
    all[0]?.destroy();
    const { repositories } = (await all[1]?.send(new DescribeRepositoriesCommand({}))) ?? {};
    expect(repositories?.map(({ repositoryName }) => repositoryName)).toEqual(['web-0', 'web-1']);
    expect((await engine.ecr.describeRepositories({}, { region: 'eu-west-1' })).repositories).toHaveLength(1);
  });
});

describe('the caller', () => {
  const arnOf = async (client: ECRClient) => {
    const { repository } = await client.send(new CreateRepositoryCommand({ repositoryName: 'web' }));
    return repository?.repositoryArn;
  };

  it('is the registry’s own by default', async () => {
    expect(await arnOf(clients().ecr)).toBe('arn:aws:ecr:us-east-1:123456789012:repository/web');
    expect(await arnOf(clients({ accountId: '000000000042', region: 'eu-west-1' }).ecr)).toBe(
      'arn:aws:ecr:eu-west-1:000000000042:repository/web',
    );
  });

  it('is the one of the options', async () => {
    const { ecr } = clients({}, { accountId: '000000000042', region: 'cn-north-1' });
    expect(await arnOf(ecr)).toBe('arn:aws-cn:ecr:cn-north-1:000000000042:repository/web');
  });

  it('is the one of the client', async () => {
    const { config } = clients();
    const credentials = { accessKeyId: '000000000042', secretAccessKey: 'x', sessionToken: 'y' };
    expect(await arnOf(new ECRClient({ ...config, region: 'eu-west-1' }))).toBe(
      'arn:aws:ecr:eu-west-1:123456789012:repository/web',
    );
    expect(
      await arnOf(new ECRClient({ ...config, region: async () => 'eu-north-1', credentials: async () => credentials })),
    ).toBe('arn:aws:ecr:eu-north-1:000000000042:repository/web');
  });

  it('is the same where the SDK signs after all', async () => {
    const { config } = clients();
    const { signerConstructor: _, ...signing } = config;
    const credentials = { accessKeyId: '000000000042', secretAccessKey: 'x' };
    expect(await arnOf(new ECRClient({ ...signing, region: 'eu-west-1', credentials }))).toBe(
      'arn:aws:ecr:eu-west-1:000000000042:repository/web',
    );
  });

  it('of ECR Public is at home wherever the registry is', async () => {
    const { ecrPublic: client, config } = clients({ region: 'eu-west-1' });
    const create = new ecrPublic.CreateRepositoryCommand({ repositoryName: 'web' });
    expect((await client.send(create)).repository?.repositoryName).toBe('web');
    const elsewhere = new ecrPublic.ECRPUBLICClient({ ...config, region: 'eu-central-1' });
    expect(await rejection(elsewhere.send(create))).toBeInstanceOf(ecrPublic.UnsupportedCommandException);
  });

  it('of ECR Public is in the wrong region when it asks for one', async () => {
    const { ecrPublic: client } = clients({ region: 'eu-west-1' }, { region: 'eu-west-1' });
    const error = await rejection(client.send(new ecrPublic.DescribeRegistriesCommand({})));
    expect(error).toBeInstanceOf(ecrPublic.UnsupportedCommandException);
    expect(error).toMatchObject({ message: 'DescribeRegistries command is only supported in us-east-1.' });
  });
});
