import { createHash } from 'node:crypto';
import { createEngine, type Engine, ecr, ecrPublic } from '@coracle/core';
import { memoryStorage } from '@coracle/storage-memory';
import { inTurns, ms, type Row } from './measure.ts';

const small = 1000;
const large = 1_000_000;
const repositoryName = 'team/web';
const alias = 'bench';

interface Page {
  readonly nextToken?: string | undefined;
}

/** Things that are listed page by page. */
interface Kind {
  readonly name: string;
  /** Makes `count` of them, and calls `made` for each. */
  fill(engine: Engine, count: number, made: (n: number) => void): Promise<void>;
  page(engine: Engine, input: { maxResults: number; nextToken?: string }): Promise<Page>;
}

const repositories: Kind = {
  name: 'repositories',
  async fill(engine, count, made) {
    for (let n = 0; n < count; n++) {
      await engine.ecrPublic.createRepository({ repositoryName: `team-${n % 1000}/service-${n}` });
      made(n + 1);
    }
  },
  page: (engine, input) => engine.ecrPublic.describeRepositories(input),
};

const images: Kind = {
  name: 'images',
  async fill(engine, count, made) {
    await engine.ecrPublic.createRepository({ repositoryName });
    const at = await engine.distribution.locate('public.ecr.aws', `${alias}/${repositoryName}`);
    const content = new TextEncoder().encode('{}');
    const config = { mediaType: 'application/vnd.oci.empty.v1+json', digest: digestOf(content), size: content.length };
    await engine.distribution.putBlob(at, config.digest, inOneChunk(content));
    const mediaType = 'application/vnd.oci.image.manifest.v1+json';
    for (let n = 0; n < count; n++) {
      const manifest = { schemaVersion: 2, mediaType, config, layers: [], annotations: { n: String(n) } };
      const bytes = new TextEncoder().encode(JSON.stringify(manifest));
      await engine.distribution.putManifest(at, digestOf(bytes), { bytes, mediaType });
      made(n + 1);
    }
  },
  page: (engine, input) => engine.ecrPublic.describeImages({ ...input, repositoryName }),
};

const digestOf = (bytes: Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

async function* inOneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** A page of 100 from the middle of very many against one from the middle of a few. */
export async function pages(progress: (text: string) => void): Promise<Row[]> {
  // One after the other, so that the first million is gone before the second one comes.
  return [await pagesOf(repositories, progress), await pagesOf(images, progress)];
}

async function pagesOf(kind: Kind, progress: (text: string) => void): Promise<Row> {
  const [atFew = Number.NaN, atMany = Number.NaN] = await inTurns(
    [await middlePage(kind, small, progress), await middlePage(kind, large, progress)],
    { rounds: 100, callsPerRound: 20 },
  );
  const [few, many] = [small.toLocaleString('en'), large.toLocaleString('en')];
  return {
    what: `a page of 100 of ${many} ${kind.name} against one of ${few}, in time`,
    ratio: atMany / atFew,
    bound: { atMost: 1.2 },
    figures: `${ms(atMany)} against ${ms(atFew)}`,
  };
}

async function middlePage(kind: Kind, count: number, progress: (text: string) => void): Promise<() => Promise<Page>> {
  const unlimited = Number.MAX_SAFE_INTEGER;
  const engine = createEngine({
    storage: memoryStorage(),
    services: [ecrPublic, ecr],
    registryAlias: alias,
    limits: { public: { repositoriesPerRegistry: unlimited, imagesPerRepository: unlimited } },
  });
  await kind.fill(engine, count, (n) => {
    if (n % 200_000 === 0) progress(`pages: ${n.toLocaleString('en')} ${kind.name}`);
  });
  let token: string | undefined;
  for (let seen = 0; seen < count / 2; seen += 500) {
    token = (await kind.page(engine, { maxResults: 500, ...(token ? { nextToken: token } : {}) })).nextToken;
  }
  const input = { maxResults: 100, ...(token ? { nextToken: token } : {}) };
  return () => kind.page(engine, input);
}
