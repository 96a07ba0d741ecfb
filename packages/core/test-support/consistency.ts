import { expect } from 'vitest';
import type { Json, Storage } from '../src/index.ts';
import { type Contents, storageWith, type WatchedStorage } from './storage.ts';

type Members = { readonly [member: string]: Json };
const membersOf = (value: Json | undefined): Members => value as Members;

/** Checks that the records of a storage agree with each other and with the pieces. */
export async function expectConsistent(storage: WatchedStorage): Promise<void> {
  const contents = await storage.contents();
  expect(inconsistencies(contents)).toEqual([]);
}

function inconsistencies({ records, pieces }: Contents): string[] {
  const found: string[] = [];
  const under = (prefix: string) => Object.keys(records).filter((key) => key.startsWith(prefix));
  const equal = (what: string, is: unknown, should: unknown) => {
    if (is !== should) found.push(`${what} is ${JSON.stringify(is)} instead of ${JSON.stringify(should)}`);
  };

  const repositories = under('repository/');
  equal(
    'the count of repositories',
    under('count/').reduce((sum, key) => sum + Number(records[key]), 0),
    repositories.length,
  );

  for (const key of repositories) {
    const id = String(membersOf(records[key]).id);
    const images = under(`image/${id}/`);
    equal(`usage/${id}`, membersOf(records[`usage/${id}`]).images, images.length);
    equal(
      `the number of pushes of ${id}`,
      under(`pushed/${id}/`).filter((one) => one.split('/').length === 3).length,
      images.length,
    );
    equal(
      `the number of pushed tags of ${id}`,
      under(`pushed/${id}/`).filter((one) => one.split('/').length === 4).length,
      under(`tag/${id}/`).length,
    );

    for (const imageKey of images) {
      const image = membersOf(records[imageKey]);
      const digest = String(image.digest);
      const pushed = `pushed/${id}/${String(image.pushedAt).padStart(15, '0')}-${digest}`;
      if (!(pushed in records)) found.push(`${imageKey} has no ${pushed}`);
      const tags = under(`${pushed}/`).map((one) => one.slice(pushed.length + 1));
      equal(`tags of ${imageKey}`, image.tags, tags.length);
      for (const tag of tags) {
        equal(`tag/${id}/${tag}`, membersOf(membersOf(records[`tag/${id}/${tag}`] ?? {}).image ?? {}).digest, digest);
      }
      equal(`parents of ${imageKey}`, image.parents, under(`parent/${id}/${digest}/`).length);
    }
    const referring = images.map((key) => membersOf(records[key])).filter(({ subject }) => subject !== undefined);
    const referrerKeys = referring.map(({ subject, digest }) => `referrer/${id}/${subject}/${digest}`);
    equal(`the referrers of ${id}`, under(`referrer/${id}/`).join(), referrerKeys.sort().join());
    equal(
      `the number of referrers of ${id} by their types`,
      under(`typed/${id}/`).length,
      referring.filter(({ artifactMediaType }) => artifactMediaType !== undefined).length,
    );
  }

  const named = Object.values(records).flatMap((value) => {
    const list =
      typeof value === 'object' && value !== null && !Array.isArray(value) ? membersOf(value).pieces : undefined;
    return (list as readonly (readonly [string, number])[] | undefined)?.map(([id]) => id) ?? [];
  });
  for (const id of new Set(named)) if (!pieces.includes(id)) found.push(`the piece ${id} is named but not there`);
  for (const id of pieces) if (!named.includes(id)) found.push(`the piece ${id} is there but not named`);
  return found;
}

/** Numbers from 0 to 1 that follow from a seed: a failing test can be run again. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The storage, but each call takes some turns longer, so that calls that race meet in another order with each seed. */
export function shuffledStorage(inner: Storage, seed: number): Storage {
  const random = randomNumbers(seed);
  const wait = async () => {
    for (let turns = Math.floor(random() * 12); turns > 0; turns--) await Promise.resolve();
  };
  const slow =
    <Input extends readonly unknown[], Output>(call: (...input: Input) => Promise<Output>) =>
    async (...input: Input): Promise<Output> => {
      await wait();
      const output = await call(...input);
      await wait();
      return output;
    };
  return storageWith(inner, {
    records: {
      getMany: slow((keys: readonly string[]) => inner.records.getMany(keys)),
      list: slow((range: Parameters<Storage['records']['list']>[0]) => inner.records.list(range)),
      commit: slow((change: Parameters<Storage['records']['commit']>[0]) => inner.records.commit(change)),
    },
    bytes: {
      put: slow((id: string, bytes: Uint8Array) => inner.bytes.put(id, bytes)),
      get: slow((id: string) => inner.bytes.get(id)),
      remove: slow((ids: readonly string[]) => inner.bytes.remove(ids)),
    },
  });
}
