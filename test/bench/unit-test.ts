import { DescribeImagesCommand, ECRPUBLICClient, RepositoryNotFoundException } from '@aws-sdk/client-ecr-public';
import { createRegistry } from '@coracle/registry';
import { awsSdk } from '@coracle/registry/aws-sdk';
import { inTurns, ms, type Row } from './measure.ts';

const allowed = 50;

/** The unit test of the README, whole: a new registry, an image pushed, the SDK's own exception met. */
async function test(): Promise<void> {
  const registry = createRegistry();
  await registry.seed({ public: { 'team/web': ['v1'] } });
  const client = new ECRPUBLICClient(awsSdk(registry));
  await client.send(new DescribeImagesCommand({ repositoryName: 'team/web' }));
  const refused = await client.send(new DescribeImagesCommand({ repositoryName: 'ghost' })).catch((error) => error);
  if (!(refused instanceof RepositoryNotFoundException)) throw new Error(`It should have been refused: ${refused}`);
}

/** The first time in a process, nothing compiled or cached: that is what a test file pays. */
export async function unitTest(): Promise<Row[]> {
  const start = performance.now();
  await test();
  const first = performance.now() - start;
  const [again = Number.NaN] = await inTurns([test], { rounds: 20, callsPerRound: 5 });
  return [
    {
      what: 'a unit test that starts, pushes and asserts, against 50 ms',
      ratio: first / allowed,
      bound: { atMost: 1 },
      figures: `${ms(first)} the first time in a process, ${ms(again)} after`,
    },
  ];
}
