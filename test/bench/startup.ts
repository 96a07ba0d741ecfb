import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateRepositoryCommand, ECRClient } from '@aws-sdk/client-ecr';
import { output } from '../support/commands.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { median, ms, type Row, skipped } from './measure.ts';
import { moto } from './peers.ts';

const rounds = 21;
const roundsOfMoto = 5;

/** Each runs in a process of its own, which has loaded nothing before. */
const programs = (empty: string) => ({
  empty: { kind: 'module', code: `await import('${empty}'); print();` },
  esm: {
    kind: 'module',
    code: `
      const { createRegistry } = await import('@coracle/registry');
      await createRegistry().ecr.createRepository({ repositoryName: 'team/web' });
      print();`,
  },
  cjs: {
    kind: 'commonjs',
    code: `
      const { createRegistry } = require('@coracle/registry');
      createRegistry().ecr.createRepository({ repositoryName: 'team/web' }).then(print);`,
  },
});

/** Measures the time that a test run waits before its first answer. */
export async function startup(): Promise<Row[]> {
  const folder = await temporaryFolder();
  const empty = join(folder.path, 'empty.mjs');
  await writeFile(empty, '');
  const { empty: nothing, esm, cjs } = await timesOf(programs(empty)).finally(folder.remove);
  const row = (name: string, time: number): Row => ({
    what: `${name} of \`@coracle/registry\` and first call against the import of an empty module, in time`,
    bound: { atMost: 3.4 },
    ratio: time / nothing,
    figures: `${ms(time)} against ${ms(nothing)}`,
  });
  return [row('import', esm), row('require', cjs), await againstMoto(esm)];
}

/** The median time of each program in milliseconds, in turns. */
async function timesOf<Name extends string>(
  tasks: Readonly<Record<Name, { readonly kind: string; readonly code: string }>>,
): Promise<Record<Name, number>> {
  const names = Object.keys(tasks) as Name[];
  const times = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const name of names) times.get(name)?.push(await timeOf(tasks[name]));
  }
  return Object.fromEntries(names.map((name) => [name, median(times.get(name) ?? [])])) as Record<Name, number>;
}

async function timeOf({ kind, code }: { readonly kind: string; readonly code: string }): Promise<number> {
  const timed = `
    const start = performance.now();
    const print = () => console.log(performance.now() - start);
    ${code}`;
  const arguments_ = [`--input-type=${kind}`, '--eval', timed];
  return Number(await output(process.execPath, arguments_, { cwd: import.meta.dirname }));
}

async function againstMoto(own: number): Promise<Row> {
  const what = "import of `@coracle/registry` and first call against a moto server's start and first answer, in time";
  const bound = { atMost: 0.03 };
  if ((await moto.version()) === undefined) return skipped(moto, { what, bound });
  const others: number[] = [];
  for (let round = 0; round < roundsOfMoto; round++) others.push(await firstOfMoto());
  const other = median(others);
  return { what, bound, ratio: own / other, figures: `${ms(own)} against ${ms(other)}` };
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
