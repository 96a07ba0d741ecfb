import { tooManyRepositories } from '../../errors.ts';
import { keys } from '../../storage/keys.ts';
import type { Transaction } from '../../storage/transaction.ts';
import type { Context } from '../context.ts';
import type { RegistryRef } from '../registries/registry.ts';
import type { RepositoryChange } from './change.ts';

/**
 * The record that quotas are checked with. Every new and every deleted image changes it, so it also stands for "is
 * empty".
 */
export type UsageRecord = { readonly images: number };

const quotasOf = (context: Context, registry: RegistryRef) => context.limits[registry.kind];

const shards = 16;

function shardOf(name: string): number {
  let sum = 0;
  for (let i = 0; i < name.length; i++) sum = (Math.imul(sum, 31) + name.charCodeAt(i)) >>> 0;
  return sum % shards;
}

/**
 * Counts a new repository in one of 16 shards, so that creations do not all change one record. When the quota is near,
 * the commit fails if any shard has changed. Before that, a count that is a little behind changes no decision. If
 * commits are not atomic, counts would be wrong, so nothing is counted and the quota is not enforced.
 * @throws LimitExceededException if the quota is reached
 */
export async function countUp(
  context: Context,
  transaction: Transaction,
  registry: RegistryRef,
  name: string,
): Promise<void> {
  if (!transaction.atomic) return;
  const limit = quotasOf(context, registry).repositoriesPerRegistry;
  const counts = await context.store.see<number>(
    Array.from({ length: shards }, (_, shard) => keys.count(registry.key, shard)),
  );
  const sum = (all: readonly (number | undefined)[]) => all.reduce<number>((total, n) => total + (n ?? 0), 0);
  const near = sum(counts.map(({ value }) => value)) + shards * shards >= limit;
  if (near && sum(await transaction.readMany(counts)) >= limit) {
    throw tooManyRepositories({ registryId: registry.writtenAs, limit });
  }
  const shard = shardOf(name);
  const own = keys.count(registry.key, shard);
  transaction.put(own, ((await transaction.read(counts[shard] ?? own)) ?? 0) + 1);
}

export async function countDown(transaction: Transaction, registry: RegistryRef, name: string): Promise<void> {
  if (!transaction.atomic) return;
  const own = keys.count(registry.key, shardOf(name));
  transaction.put(own, Math.max(0, ((await transaction.read<number>(own)) ?? 0) - 1));
}

/** Gives the number of images in a repository. `usage` is the stored record that counts them. */
export const imagesIn = (usage: UsageRecord | undefined): number => usage?.images ?? 0;

/**
 * Counts an image that is added or deleted. If commits are not atomic, no count could be trusted, and nothing is
 * counted.
 */
export function countImages(
  { transaction, repository }: RepositoryChange,
  before: UsageRecord | undefined,
  change: 1 | -1,
): void {
  if (!transaction.atomic) return;
  const images = Math.max(0, imagesIn(before) + change);
  transaction.put(keys.usage(repository.id), { images } satisfies UsageRecord);
}
