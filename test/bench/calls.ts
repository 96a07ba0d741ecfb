import { CreateRepositoryCommand, DescribeRepositoriesCommand, ECRClient } from '@aws-sdk/client-ecr';
import { createRegistry } from '@coracle/registry';
import { awsSdk } from '@coracle/registry/aws-sdk';
import { mockClient } from 'aws-sdk-client-mock';
import { inTurns, ms, type Row, skipped } from './measure.ts';
import { moto } from './peers.ts';

const repositoryName = 'team/web';
const calls = { rounds: 40, callsPerRound: 200 };
const describe = (client: ECRClient) => client.send(new DescribeRepositoriesCommand({}));

/** One call, DescribeRepositories of one repository, on every way that a test may take to an answer. */
export async function sdkCalls(): Promise<Row[]> {
  const registry = createRegistry();
  await registry.ecr.createRepository({ repositoryName });
  return [await againstCanned(registry), await againstMock(registry), await againstMoto(registry)];
}

type Registry = ReturnType<typeof createRegistry>;

/** The same client, so that nothing differs but who answers. */
async function againstCanned(registry: Registry): Promise<Row> {
  const config = awsSdk(registry);
  const response = await cannedAnswer(registry);
  const canned = { ...config.requestHandler, handle: async () => ({ response: response() }) };
  const through = new ECRClient(config);
  const stubbed = new ECRClient({ ...config, requestHandler: canned });
  const [own = Number.NaN, other = Number.NaN] = await inTurns(
    [() => describe(through), () => describe(stubbed)],
    calls,
  );
  return {
    what: 'SDK call through the engine against the same call answered by a canned requestHandler',
    ratio: other / own,
    bound: { atLeast: 0.9 },
    figures: `${ms(own)} against ${ms(other)}`,
  };
}

/** Records one answer of the engine, and returns a function that repeats it. */
async function cannedAnswer(registry: Registry) {
  const { requestHandler } = awsSdk(registry);
  const { response } = await requestHandler.handle({
    headers: { 'x-amz-target': 'AmazonEC2ContainerRegistry_V20150921.DescribeRepositories' },
    body: '{}',
  });
  // A new body each time: the SDK changes the prototype of the one that it is given.
  return () => ({ ...response, body: new Uint8Array(response.body) });
}

async function againstMock(registry: Registry): Promise<Row> {
  const answer = await registry.ecr.describeRepositories({});
  const mock = mockClient(ECRClient);
  mock.on(DescribeRepositoriesCommand).resolves(answer);
  const client = new ECRClient(awsSdk(registry));
  const [own = Number.NaN, other = Number.NaN] = await inTurns(
    [() => registry.ecr.describeRepositories({}), () => describe(client)],
    calls,
  );
  mock.restore();
  return {
    what: 'direct engine call against the same call stubbed by aws-sdk-client-mock',
    ratio: other / own,
    bound: { atLeast: 1 },
    figures: `${ms(own)} against ${ms(other)}`,
  };
}

async function againstMoto(registry: Registry): Promise<Row> {
  const row = {
    what: 'SDK call through the engine against the same call to a moto server on loopback',
    bound: { atLeast: 25 },
  };
  if ((await moto.version()) === undefined) return skipped(moto, row);
  const peer = await moto.start();
  try {
    const through = new ECRClient(awsSdk(registry));
    const remote = new ECRClient({
      endpoint: peer.origin,
      region: registry.region,
      credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
    });
    await remote.send(new CreateRepositoryCommand({ repositoryName }));
    const [own = Number.NaN, other = Number.NaN] = await inTurns([() => describe(through), () => describe(remote)], {
      rounds: 20,
      callsPerRound: 20,
    });
    remote.destroy();
    return { ...row, ratio: other / own, figures: `${ms(own)} against ${ms(other)}` };
  } finally {
    await peer.stop();
  }
}
