import { endsSoon, type Store } from '../storage/commit.ts';
import { keys } from '../storage/keys.ts';

/** How many ids a lease is for, and how long it is used, in milliseconds. */
const leaseSize = 1000;
export const leasePeriod = 60 * 60 * 1000;

/**
 * That ids `<seed>-0` up to `<seed>-<count - 1>` may have been given to pieces. Once that is long ago, those that no
 * record names are orphans: a byte store has no list, so this is how the collector comes to know of them.
 */
export type LeaseRecord = {
  readonly count: number;
  /** The numbers that were still named when the lease was last looked at; the others are gone for good. */
  readonly named?: readonly number[];
};

export const leasedId = (seed: string, n: number): string => `${seed}-${n.toString(36)}`;

interface Lease {
  readonly seed: string;
  readonly until: number;
  /** Of the store whose contents have the record of this lease. */
  readonly generation: number;
  next: number;
}

/** Gives out the ids of pieces: unguessable, never twice, and written down before they are used. */
export class PieceIds {
  readonly #store: Store;
  readonly #clock: () => number;
  readonly #ids: () => string;
  #lease: Lease | undefined;
  #renewal: Promise<void> | undefined;

  constructor(store: Store, clock: () => number, ids: () => string) {
    this.#store = store;
    this.#clock = clock;
    this.#ids = ids;
  }

  async next(): Promise<string> {
    for (;;) {
      const lease = this.#lease;
      if (lease && this.#isGood(lease)) return leasedId(lease.seed, lease.next++);
      this.#renewal ??= this.#renew();
      const renewal = this.#renewal;
      try {
        await endsSoon(renewal);
      } finally {
        if (this.#renewal === renewal) this.#renewal = undefined;
      }
    }
  }

  /** Gives out no more of what it has: the store has been given other contents. */
  forget(): void {
    this.#lease = undefined;
  }

  #isGood({ next, until, generation }: Lease): boolean {
    return next < leaseSize && this.#clock() < until && generation === this.#store.generation;
  }

  async #renew(): Promise<void> {
    const seed = this.#ids();
    const now = this.#clock();
    const { generation } = this.#store;
    await this.#store.transact(async (transaction) => {
      transaction.put(keys.lease(now, seed), { count: leaseSize } satisfies LeaseRecord);
    });
    this.#lease = { seed, until: now + leasePeriod, generation, next: 0 };
  }
}
