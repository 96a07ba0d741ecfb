import { allOf, prefixesOfPieces, readLease } from '../../storage/keys.ts';
import type { StoredRecord } from '../../storage/port.ts';
import type { Context } from '../context.ts';
import { piecesIn } from '../layers/piece.ts';
import { type LeaseRecord, leasedId } from '../layers/piece-ids.ts';
import { idsPerRecord } from '../next-turn.ts';
import { allInTurns } from './in-turns.ts';

/**
 * Deletes pieces (stored chunks of content) that were stored for a write that was never committed. The id of such a
 * piece is in no record, and comes from a lease (a reservation of ids) that was made at `before` or earlier.
 */
export async function collectOrphans(context: Context, before: number): Promise<void> {
  const old: { readonly key: string; readonly seed: string; readonly lease: LeaseRecord }[] = [];
  for await (const { key, value } of allInTurns(context, allOf('lease'))) {
    const { time, seed } = readLease(key);
    if (time <= before) old.push({ key, seed, lease: value as LeaseRecord });
  }
  if (old.length === 0) return;
  // Each lease is closed first. So no record can get an id of it any more once the search for its ids has begun.
  await context.store.transact(async (transaction) => {
    for (const { key, lease } of old) {
      if (!lease.named) transaction.put(key, { ...lease, named: numbersOf(lease) } satisfies LeaseRecord);
    }
  });
  const named = await namedPieces(context);
  const bytes = await context.store.bytes();
  for (const { key, seed, lease } of old) {
    const numbers = lease.named ?? numbersOf(lease);
    const still = numbers.filter((n) => named.has(leasedId(seed, n)));
    await bytes.remove(numbers.map((n) => leasedId(seed, n)).filter((id) => !named.has(id)));
    // Nothing of the lease was deleted since the last garbage collection, so its record is right already.
    if (lease.named && still.length === numbers.length) continue;
    await context.store.transact(async (transaction) => {
      if (still.length === 0) transaction.remove(key);
      else transaction.put(key, { ...lease, named: still } satisfies LeaseRecord);
    });
  }
}

const numbersOf = ({ count }: LeaseRecord): number[] => Array.from({ length: count }, (_, n) => n);

async function namedPieces(context: Context): Promise<ReadonlySet<string>> {
  const named = new Set<string>();
  const weigh = ({ value }: StoredRecord) => 1 + piecesIn(value).length / idsPerRecord;
  for (const prefix of prefixesOfPieces()) {
    for await (const { value } of allInTurns(context, prefix, weigh)) {
      for (const [id] of piecesIn(value)) named.add(id);
    }
  }
  return named;
}
