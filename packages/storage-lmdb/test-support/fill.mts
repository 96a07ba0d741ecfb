import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createEngine, ecr, ecrPublic } from '@coracle/registry/core';
import { buildImage, withTestHelpers } from '@coracle/registry/core/testing';
import { lmdbStorage } from '../src/index.ts';

/*
 * Pushes images into a folder until it takes no more, prints what was seen as JSON, and goes on in what is left of the
 * disk. In a process of its own, as the disk or the limit is that process's.
 */

const [folder = '', filler = ''] = process.argv.slice(2);
const repositoryName = 'team/web';
const storage = lmdbStorage(folder);
const engine = withTestHelpers(createEngine({ storage, services: [ecrPublic, ecr] }));
await engine.ecrPublic.createRepository({ repositoryName });

const said = (error: unknown): string => (error instanceof Error ? `${error.name}: ${error.message}` : String(error));
const refusalOf = (call: Promise<unknown>): Promise<string> => call.then(() => 'nothing', said);
const push = async (n: number): Promise<void> => {
  const layer = crypto.getRandomValues(new Uint8Array(60_000));
  const image = await buildImage({ layers: [layer, layer.slice(n)] });
  await engine.seed({ public: { [repositoryName]: [{ image, tags: [`v${n}`] }] } });
};

async function pulled(): Promise<string[]> {
  const { imageDetails } = await engine.ecrPublic.describeImages({ repositoryName, maxResults: 1000 });
  const at = await engine.distribution.locate('public.ecr.aws', `${await alias()}/${repositoryName}`);
  for (const { imageDigest } of imageDetails) {
    const { bytes } = await engine.distribution.getManifest(at, imageDigest);
    const { config, layers } = JSON.parse(new TextDecoder().decode(bytes));
    for (const { digest, size } of [config, ...layers]) {
      let left: number = size;
      for await (const piece of (await engine.distribution.getBlob(at, digest)).read()) left -= piece.length;
      if (left !== 0) throw new Error(`${digest} is not whole`);
    }
  }
  return imageDetails.flatMap(({ imageTags }) => imageTags ?? []).sort();
}

async function alias(): Promise<string> {
  const { registries } = await engine.ecrPublic.describeRegistries();
  return registries[0]?.aliases[0]?.name ?? '';
}

/** Commits two records at a time, the second one large, until one is refused. */
async function fillRecords(): Promise<{ refusal: string; left: number }> {
  const value = 'x'.repeat(60_000);
  for (let n = 0; ; n++) {
    const keys = [`fill/${n}`, `fill/${n}/large`];
    const put = keys.map((key, i) => ({ key, version: '1', value: i === 0 ? n : value }));
    try {
      await storage.records.commit({ put });
    } catch (error) {
      const left = (await storage.records.getMany(keys)).filter((record) => record !== undefined).length;
      return { refusal: said(error), left };
    }
  }
}

const records = await fillRecords();
let refusal = '';
let tags: string[] = [];
for (let n = 0; refusal === ''; n++) {
  await push(n).then(
    () => tags.push(`v${n}`),
    (error) => (refusal = said(error)),
  );
}
tags.sort();
const piece = await refusalOf(storage.bytes.put('large', new Uint8Array(20 * 1024 * 1024).fill(1)));
const seen = {
  records,
  refusal,
  piece,
  isThere: (await storage.bytes.get('large')) !== undefined,
  incoming: readdirSync(join(folder, 'incoming')),
  allWhole: JSON.stringify(await pulled()) === JSON.stringify(tags),
  elsewhere: await refusalOf((async () => lmdbStorage(join(folder, 'new')))()),
};
await storage.close();
const again = lmdbStorage(folder);
const reopened = (await again.records.getMany(['fill/0']))[0]?.value;
await again.close();

let afterwards = '';
if (filler !== '') {
  rmSync(filler);
  const emptied = lmdbStorage(folder);
  const registry = withTestHelpers(createEngine({ storage: emptied, services: [ecrPublic, ecr] }));
  const image = await buildImage({ layers: ['there is room again'] });
  await registry.seed({ public: { [repositoryName]: [{ image, tags: ['room'] }] } });
  tags = (await registry.ecrPublic.describeImageTags({ repositoryName, maxResults: 1000 })).imageTagDetails.map(
    ({ imageTag }) => imageTag,
  );
  afterwards = tags.includes('room') ? 'pushed' : 'lost';
  await emptied.close();
}
console.log(JSON.stringify({ ...seen, reopened, afterwards }));
