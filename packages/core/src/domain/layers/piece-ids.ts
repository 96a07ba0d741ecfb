import { randomUuid } from '../../random-uuid.ts';
import type { Store } from '../../storage/commit.ts';
import { keys, lastPart, readLease } from '../../storage/keys.ts';
import { endsSoon } from '../../storage/turns.ts';

/**
 * The number of ids in one lease. A lease is a record that reserves ids for new pieces of content. `leasePeriod` is the
 * time in milliseconds after which no more ids of a lease are used.
 */
const leaseSize = 1000;
export const leasePeriod = 60 * 60 * 1000;

/**
 * The record that reserves the ids `<seed>-0` to `<seed>-<count - 1>` (numbers in base 36) for pieces (stored chunks of
 * content), before a piece is stored under any of them.
 *
 * A byte store cannot list its pieces, so the garbage collector looks for unused pieces in these records. A long time
 * after the reservation, the garbage collector deletes the pieces whose ids no other record contains.
 */
export type LeaseRecord = {
  readonly count: number;
  /**
   * The ids of this lease that were in other records when the garbage collector last checked the lease. Each id is
   * given as its number: 0 for `<seed>-0`. The pieces under all other ids of the lease are deleted for good. If this
   * member exists, no record can get further ids of the lease.
   */
  readonly named?: readonly number[];
};

export const leasedId = (seed: string, n: number): string => `${seed}-${n.toString(36)}`;

/** Ids that are reserved for pieces which a program stores itself. All ids are of one lease. */
export interface ReservedIds {
  /** Names the lease: `<time>-<seed>`, as in the key of its record. */
  readonly lease: string;
  readonly ids: readonly string[];
}

/** Returns whether an id is one of a lease that `PieceIds.reserve` has named. */
export function isOfLease(lease: string, id: string): boolean {
  const { seed } = readLease(lease);
  const n = Number.parseInt(id.slice(seed.length + 1), 36);
  return n >= 0 && n < leaseSize && leasedId(seed, n) === id;
}

interface Lease {
  readonly seed: string;
  readonly time: number;
  readonly until: number;
  /**
   * The generation of the store when this lease was stored. The generation is a number that changes when the store is
   * cleared. If the generation has changed, this lease is no longer used.
   */
  readonly generation: number;
  next: number;
}

/**
 * Makes the ids of pieces (stored chunks of content). Each id is unguessable, is used only once, and is reserved by a
 * stored record before it is used.
 *
 * The ids never come from the engine's option `ids`. If `ids` were a counter, two registries would use the same id for
 * different bytes. A registry that restores a snapshot of the other registry would then read the wrong bytes.
 */
export class PieceIds {
  readonly #store: Store;
  readonly #clock: () => number;
  readonly #seeds: () => string;
  #lease: Lease | undefined;
  #renewal: Promise<Lease> | undefined;

  constructor(store: Store, clock: () => number, seeds: () => string = randomUuid) {
    this.#store = store;
    this.#clock = clock;
    this.#seeds = seeds;
  }

  next(): Promise<string> {
    return this.#take(1, idFrom);
  }

  /** Reserves up to 1,000 ids at once, all of one lease, for a program that stores the pieces itself. */
  reserve(count: number): Promise<ReservedIds> {
    const wanted = Math.min(Math.max(1, count), leaseSize);
    return this.#take(wanted, (lease) => ({
      lease: lastPart(keys.lease(lease.time, lease.seed)),
      ids: Array.from({ length: wanted }, () => idFrom(lease)),
    }));
  }

  async #take<T>(count: number, from: (lease: Lease) => T): Promise<T> {
    for (;;) {
      const known = this.#lease;
      if (known && this.#hasMore(known, count) && this.#clock() < known.until) return from(known);
      // A lease that was just made is used regardless of the clock, which may move on at each reading.
      const lease = await this.#renewed();
      if (lease && this.#hasMore(lease, count)) return from(lease);
    }
  }

  /** Discards the current lease of ids, because the contents of the store were replaced. */
  forget(): void {
    this.#lease = undefined;
  }

  #hasMore({ next, generation }: Lease, count: number): boolean {
    return next + count <= leaseSize && generation === this.#store.generation;
  }

  /**
   * Returns a new lease of ids. Calls that wait at the same time share one renewal. Returns undefined if the renewal
   * does not settle, because the request that began it was aborted.
   */
  async #renewed(): Promise<Lease | undefined> {
    this.#renewal ??= this.#renew();
    const renewal = this.#renewal;
    try {
      return (await endsSoon(renewal)) ? await renewal : undefined;
    } finally {
      if (this.#renewal === renewal) this.#renewal = undefined;
    }
  }

  async #renew(): Promise<Lease> {
    const seed = this.#seeds();
    const now = this.#clock();
    const { generation } = this.#store;
    await this.#store.transact(async (transaction) => {
      transaction.put(keys.lease(now, seed), { count: leaseSize } satisfies LeaseRecord);
    });
    const lease = { seed, time: now, until: now + leasePeriod, generation, next: 0 };
    this.#lease = lease;
    return lease;
  }
}

const idFrom = (lease: Lease): string => leasedId(lease.seed, lease.next++);
