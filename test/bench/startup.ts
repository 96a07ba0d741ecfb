import { CreateRepositoryCommand, ECRClient } from '@aws-sdk/client-ecr';
import { output } from '../support/commands.ts';
import { ms, type Row, skipped } from './measure.ts';
import { moto } from './peers.ts';

const rounds = 7;
const what = "import of `@coracle/registry` and first call against a moto server's start and first answer, in time";
const bound = { atMost: 1 / 50 };

/** In a process of its own, which has loaded nothing before. */
const firstCall = `
  const start = performance.now();
  const { createRegistry } = await import('@coracle/registry');
  await createRegistry().ecr.createRepository({ repositoryName: 'team/web' });
  console.log(performance.now() - start);
`;

/** What a test run waits before its first answer. */
export async function startup(): Promise<Row[]> {
  if ((await moto.version()) === undefined) return [skipped(moto, { what, bound })];
  const own: number[] = [];
  const other: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const printed = await output(process.execPath, ['--input-type=module', '--eval', firstCall], {
      cwd: import.meta.dirname,
    });
    own.push(Number(printed));
    other.push(await firstOfMoto());
  }
  // The best of each: nothing makes a start faster than it is, and much makes it slower.
  const [a, b] = [Math.min(...own), Math.min(...other)];
  return [{ what, bound, ratio: a / b, figures: `${ms(a)} against ${ms(b)}` }];
}

async function firstOfMoto(): Promise<number> {
  const start = performance.now();
  const peer = await moto.start();
  const client = new ECRClient({
    endpoint: peer.origin,
    region: 'us-east-1',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  });
  await client.send(new CreateRepositoryCommand({ repositoryName: 'team/web' }));
  const time = performance.now() - start;
  client.destroy();
  await peer.stop();
  return time;
}
