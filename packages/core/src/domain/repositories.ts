import {
  type RepositoryName,
  repositoryAlreadyExists,
  repositoryNotEmpty,
  repositoryNotFound,
  tooManyRepositories,
} from '../errors.ts';
import type { Transaction } from '../storage/commit.ts';
import { keys } from '../storage/keys.ts';
import type { Json } from '../storage/port.ts';
import type { Context } from './context.ts';
import { freeId } from './free-id.ts';
import type { PageStart } from './pages.ts';
import type { RegistryRef } from './registries.ts';
import type { Mutability } from './tag-mutability.ts';

/** What only private repositories have, as CreateRepository was told. */
export type PrivateSettings = Mutability & {
  readonly scanOnPush: boolean;
  readonly encryptionType: 'AES256' | 'KMS' | 'KMS_DSSE';
  readonly kmsKey?: string;
};

/** What is stored of a repository. Nothing that a push changes is in it. */
export type RepositoryRecord = {
  readonly id: string;
  readonly name: string;
  readonly createdAt: number;
  readonly settings?: PrivateSettings;
  /** Whether all of its referrers are indexed by their type: if it was created before there was that index, some are not. */
  readonly typedReferrers?: true;
};

/** What quotas count. Every new and every deleted image changes it, so it also stands for "is empty". */
export type UsageRecord = { readonly images: number };

/** A repository that was found. */
export interface Repository extends RepositoryName {
  readonly registry: RegistryRef;
  readonly record: RepositoryRecord;
  readonly id: string;
  /** Its record's key: what a write must still find unchanged, so that nothing lands in a deleted repository. */
  readonly key: string;
}

const quotasOf = (context: Context, registry: RegistryRef) => context.limits[registry.kind];

export const nameOf = (registry: RegistryRef, name: string): RepositoryName => ({
  registryId: registry.writtenAs,
  repositoryName: name,
});

export const found = (
  registry: RegistryRef,
  record: RepositoryRecord,
  key = keys.repository(registry.key, record.name),
): Repository => ({
  registryId: registry.writtenAs,
  repositoryName: record.name,
  registry,
  record,
  id: record.id,
  key,
});

export async function findRepository(
  context: Context,
  registry: RegistryRef,
  name: string,
): Promise<Repository | undefined> {
  const key = keys.repository(registry.key, name);
  const record = await context.store.get<RepositoryRecord>(key);
  return record && found(registry, record, key);
}

/** The repository, or RepositoryNotFoundException with the registry as the caller wrote it. */
export async function needRepository(context: Context, registry: RegistryRef, name: string): Promise<Repository> {
  const repository = await findRepository(context, registry, name);
  if (!repository) throw repositoryNotFound(nameOf(registry, name));
  return repository;
}

/** Holds a transaction to the repository's still being the one that was found. */
export async function stillThere(transaction: Transaction, repository: Repository): Promise<void> {
  await readIn(transaction, repository, []);
}

/** The records under these keys, read in one call with what `stillThere` holds the transaction to. */
export async function readIn<T extends Json>(
  transaction: Transaction,
  repository: Repository,
  keys: readonly string[],
): Promise<(T | undefined)[]> {
  const [record, ...others] = await transaction.readMany<Json>([repository.key, ...keys]);
  if ((record as RepositoryRecord | undefined)?.id !== repository.id) throw repositoryNotFound(repository);
  return others as (T | undefined)[];
}

/** All of these, in the order asked, or RepositoryNotFoundException for the first that is not there. */
export async function needRepositories(
  context: Context,
  registry: RegistryRef,
  names: readonly string[],
): Promise<Repository[]> {
  const wanted = [...new Set(names)];
  const records = await context.store.getMany<RepositoryRecord>(
    wanted.map((name) => keys.repository(registry.key, name)),
  );
  return wanted.map((name, i) => {
    const record = records[i];
    if (!record) throw repositoryNotFound(nameOf(registry, name));
    return found(registry, record, keys.repository(registry.key, name));
  });
}

/** A page of a registry's repositories, by name. */
export async function listRepositories(
  context: Context,
  registry: RegistryRef,
  start: PageStart,
): Promise<{ repositories: Repository[]; last: string | undefined; resume: string | undefined }> {
  const page = await context.store.list({ prefix: keys.repositories(registry.key), ...start });
  return {
    repositories: page.entries.map(({ key, value }) => found(registry, value as RepositoryRecord, key)),
    last: page.more ? page.entries.at(-1)?.key : undefined,
    resume: page.resume,
  };
}

// Counting

const shards = 16;

function shardOf(name: string): number {
  let sum = 0;
  for (let i = 0; i < name.length; i++) sum = (Math.imul(sum, 31) + name.charCodeAt(i)) >>> 0;
  return sum % shards;
}

/**
 * Counts a new repository, in one of 16 shards, so that no record is touched by every creation. All
 * shards bind the commit only when the quota is near; before that, being a few behind decides nothing.
 * Where commits are not atomic no count could be trusted: nothing is counted, and the quota is not held.
 */
async function countUp(context: Context, transaction: Transaction, registry: RegistryRef, name: string): Promise<void> {
  if (!transaction.atomic) return;
  const limit = quotasOf(context, registry).repositoriesPerRegistry;
  const all = Array.from({ length: shards }, (_, shard) => keys.count(registry.key, shard));
  const own = keys.count(registry.key, shardOf(name));
  const sum = (counts: readonly (number | undefined)[]) => counts.reduce<number>((total, n) => total + (n ?? 0), 0);
  const near = sum(await context.store.getMany<number>(all)) + shards * shards >= limit;
  if (near && sum(await transaction.readMany<number>(all)) >= limit) {
    throw tooManyRepositories({ registryId: registry.writtenAs, limit });
  }
  transaction.put(own, ((await transaction.read<number>(own)) ?? 0) + 1);
}

async function countDown(transaction: Transaction, registry: RegistryRef, name: string): Promise<void> {
  if (!transaction.atomic) return;
  const own = keys.count(registry.key, shardOf(name));
  transaction.put(own, Math.max(0, ((await transaction.read<number>(own)) ?? 0) - 1));
}

// Creating and deleting

/** What the caller wants written in the same commit as the new repository. */
export type AlongWith = (transaction: Transaction, id: string) => void | Promise<void>;

export async function createRepository(
  context: Context,
  registry: RegistryRef,
  name: string,
  settings: PrivateSettings | undefined,
  alongWith: AlongWith,
): Promise<Repository> {
  const key = keys.repository(registry.key, name);
  let id = context.ids();
  return context.store.transact(async (transaction) => {
    if ((await transaction.read(key)) !== undefined) throw repositoryAlreadyExists(nameOf(registry, name));
    // What a deleted repository had is under its id until it is collected.
    id = await freeId(context, id, async (taken) => {
      const [there, gone] = await transaction.readMany<Json>([keys.usage(taken), keys.gone(taken)]);
      return there ?? gone;
    });
    await countUp(context, transaction, registry, name);
    const record: RepositoryRecord = {
      id,
      name,
      createdAt: context.clock(),
      typedReferrers: true,
      ...(settings ? { settings } : {}),
    };
    transaction.put(keys.usage(id), { images: 0 } satisfies UsageRecord);
    await alongWith(transaction, id);
    transaction.put(key, record);
    return found(registry, record, key);
  });
}

/** Deletes it and, with `force`, its images. What was under its id is collected later. */
export async function deleteRepository(
  context: Context,
  registry: RegistryRef,
  name: string,
  force: boolean,
): Promise<Repository> {
  const key = keys.repository(registry.key, name);
  return context.store.transact(async (transaction) => {
    const record = await transaction.read<RepositoryRecord>(key);
    if (!record) throw repositoryNotFound(nameOf(registry, name));
    if (!force && (await hasImages(transaction, record.id))) throw repositoryNotEmpty(nameOf(registry, name));
    await countDown(transaction, registry, name);
    transaction.put(keys.gone(record.id), { deletedAt: context.clock() });
    transaction.remove(key);
    transaction.remove(keys.usage(record.id));
    return found(registry, record, key);
  });
}

async function hasImages(transaction: Transaction, id: string): Promise<boolean> {
  // Read for its version: an image that is pushed meanwhile changes it.
  await transaction.read<UsageRecord>(keys.usage(id));
  return (await transaction.list({ prefix: keys.pushedAll(id), limit: 1 })).entries.length > 0;
}

/** Counts images that come and go, and refuses one too many; where commits are not atomic, neither. */
export async function countImages(
  transaction: Transaction,
  repository: Repository,
  change: 1 | -1,
  refuse: (images: number) => void,
): Promise<void> {
  if (!transaction.atomic) return;
  const key = keys.usage(repository.id);
  const images = (await transaction.read<UsageRecord>(key))?.images ?? 0;
  refuse(images);
  transaction.put(key, { images: Math.max(0, images + change) } satisfies UsageRecord);
}
