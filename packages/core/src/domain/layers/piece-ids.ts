import { randomUuid } from '../../random-uuid.ts';
import type { Store } from '../../storage/commit.ts';
import { keys } from '../../storage/keys.ts';
import { endsSoon } from '../../storage/turns.ts';

/** The number of ids in a lease, and how long it is used, in milliseconds. */
const leaseSize = 1000;
export const leasePeriod = 60 * 60 * 1000;

/**
 * The record that ids `<seed>-0` up to `<seed>-<count - 1>` may have been given to pieces. A long time later, the ids
 * that no record names are orphans. A byte store has no list, so this is how the collector knows of them.
 */
export type LeaseRecord = {
  readonly count: number;
  /** The numbers that were still named when the lease was last looked at. The others are deleted for good. */
  readonly named?: readonly number[];
};

export const leasedId = (seed: string, n: number): string => `${seed}-${n.toString(36)}`;

interface Lease {
  readonly seed: string;
  readonly until: number;
  /** The generation of the store in which the record of this lease is. */
  readonly generation: number;
  next: number;
}

/**
 * Gives out the ids of pieces: unguessable, never twice, and written down before they are used.
 *
 * The ids come from a separate source and never from the engine's `ids`. With ids that count up, two registries would
 * give the same id to different bytes, and a snapshot of one would bring wrong bytes to the other.
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

  /** Stops using its lease, because the store has been given other contents. */
  forget(): void {
    this.#lease = undefined;
  }

  #hasMore({ next, generation }: Lease): boolean {
    return next < leaseSize && generation === this.#store.generation;
  }

  /** Makes a new lease by one renewal that all waiting calls share; undefined if the call that began it is gone. */
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
