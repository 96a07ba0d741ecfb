import { tooManyRepositories } from '../../errors.ts';
import type { Transaction } from '../../storage/commit.ts';
import { keys } from '../../storage/keys.ts';
import type { Context } from '../context.ts';
import type { RegistryRef } from '../registries/registry.ts';
import type { Repository } from './repository.ts';

/** What quotas count. Every new and every deleted image changes it, so it also stands for "is empty". */
export type UsageRecord = { readonly images: number };

const quotasOf = (context: Context, registry: RegistryRef) => context.limits[registry.kind];

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
export async function countUp(
  context: Context,
  transaction: Transaction,
  registry: RegistryRef,
  name: string,
): Promise<void> {
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

export async function countDown(transaction: Transaction, registry: RegistryRef, name: string): Promise<void> {
  if (!transaction.atomic) return;
  const own = keys.count(registry.key, shardOf(name));
  transaction.put(own, Math.max(0, ((await transaction.read<number>(own)) ?? 0) - 1));
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
