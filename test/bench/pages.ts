import { createEngine, type Engine } from '@coracle/core';
import { memoryStorage } from '@coracle/storage-memory';
import { inTurns, ms, type Row } from './measure.ts';

const small = 1000;
const large = 1_000_000;

/** A page of 100 repositories from the middle of a large registry against one from the middle of a small one. */
export async function pages(progress: (text: string) => void): Promise<Row[]> {
  const few = await filled(small, progress);
  const many = await filled(large, progress);
  const [atFew = Number.NaN, atMany = Number.NaN] = await inTurns(
    [await middlePage(few, small), await middlePage(many, large)],
    {
      rounds: 60,
      callsPerRound: 20,
    },
  );
  return [
    {
      what: `a page of 100 of ${large.toLocaleString('en')} repositories against one of ${small.toLocaleString('en')}, in time`,
      ratio: atMany / atFew,
      bound: { atMost: 1.3 },
      figures: `${ms(atMany)} against ${ms(atFew)}`,
    },
  ];
}

async function filled(count: number, progress: (text: string) => void): Promise<Engine> {
  const engine = createEngine({
    storage: memoryStorage(),
    limits: { public: { repositoriesPerRegistry: Number.MAX_SAFE_INTEGER } },
  });
  for (let n = 0; n < count; n++) {
    await engine.ecrPublic.createRepository({ repositoryName: `team-${n % 1000}/service-${n}` });
    if (n % 100_000 === 99_999)
      progress(`pages: ${(n + 1).toLocaleString('en')} of ${count.toLocaleString('en')} repositories`);
  }
  return engine;
}

async function middlePage(engine: Engine, count: number): Promise<() => Promise<unknown>> {
  let token: string | undefined;
  for (let seen = 0; seen < count / 2; seen += 500) {
    const page = await engine.ecrPublic.describeRepositories({
      maxResults: 500,
      ...(token ? { nextToken: token } : {}),
    });
    token = page.nextToken;
  }
  const input = { maxResults: 100, ...(token ? { nextToken: token } : {}) };
  return () => engine.ecrPublic.describeRepositories(input);
}
