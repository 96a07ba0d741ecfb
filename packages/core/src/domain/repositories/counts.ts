import { tooManyRepositories } from '../../errors.ts';
import { keys } from '../../storage/keys.ts';
import type { Transaction } from '../../storage/transaction.ts';
import type { Context } from '../context.ts';
import type { RegistryRef } from '../registries/registry.ts';
import type { RepositoryChange } from './change.ts';

/**
 * The stored number of images in a repository, which is compared with the quota. Each new image and each deleted image
 * changes this record. A transaction that has read the record therefore fails if an image is added or deleted at the
 * same time.
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
 * Adds 1 to the number of repositories in a registry. The number is split into 16 records (shards), so that
 * repositories that are created at the same time rarely change the same record.
 *
 * If the number is close to the quota, the commit fails if any of the 16 records has changed. If the number is not
 * close to the quota, a slightly outdated number does no harm. If commits are not atomic, the number would be wrong, so
 * repositories are not counted and the quota is not enforced.
 * @throws LimitExceededException if the registry has reached its quota of repositories
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

/**
 * Returns the number of images in a repository. `usage` is the stored record of that number; if the record does not
 * exist, the result is 0.
 */
export const imagesIn = (usage: UsageRecord | undefined): number => usage?.images ?? 0;

/**
 * Adds 1 to the stored number of images in a repository, or subtracts 1. Does nothing if commits are not atomic,
 * because the number would be wrong.
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
