import { randomUuid } from '../../random-uuid.ts';
import type { Store } from '../../storage/commit.ts';
import { keys } from '../../storage/keys.ts';
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
   * given as its number: 0 for `<seed>-0`. The pieces under all other ids of the lease are deleted for good.
   */
  readonly named?: readonly number[];
};

export const leasedId = (seed: string, n: number): string => `${seed}-${n.toString(36)}`;

interface Lease {
  readonly seed: string;
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

  async next(): Promise<string> {
    for (;;) {
      const known = this.#lease;
      if (known && this.#hasMore(known) && this.#clock() < known.until) return idFrom(known);
      // A lease that was just made is used regardless of the clock, which may move on at each reading.
      const lease = await this.#renewed();
      if (lease && this.#hasMore(lease)) return idFrom(lease);
    }
  }

  /** Discards the current lease of ids, because the contents of the store were replaced. */
  forget(): void {
    this.#lease = undefined;
  }

  #hasMore({ next, generation }: Lease): boolean {
    return next < leaseSize && generation === this.#store.generation;
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
    const lease = { seed, until: now + leasePeriod, generation, next: 0 };
    this.#lease = lease;
    return lease;
  }
}

const idFrom = (lease: Lease): string => leasedId(lease.seed, lease.next++);
