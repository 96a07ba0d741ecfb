/** The uploads of one repository, by when they were started or counted. */
interface Count {
  /** Those since `since`, and those of the period before, whose length is an upload's lifetime. */
  recent: number;
  earlier: number;
  since: number;
}

/**
 * How many uploads of each repository are open, as far as this process knows: the collector counts them, and in between
 * those that are started and ended here are added and taken off. If no collector comes,
 * uploads that nobody ended are counted for no more than twice their lifetime.
 */
export class OpenUploads {
  readonly #clock: () => number;
  readonly #lifetime: number;
  readonly #counts = new Map<string, Count>();

  /** @param lifetime after which an upload is surely closed, in milliseconds */
  constructor(clock: () => number, lifetime: number) {
    this.#clock = clock;
    this.#lifetime = lifetime;
  }

  in(repositoryId: string): number {
    const { recent, earlier } = this.#countOf(repositoryId);
    return recent + earlier;
  }

  add(repositoryId: string): void {
    const count = this.#countOf(repositoryId);
    count.recent++;
    this.#counts.set(repositoryId, count);
  }

  takeOff(repositoryId: string): void {
    const count = this.#countOf(repositoryId);
    if (count.recent > 0) count.recent--;
    else if (count.earlier > 0) count.earlier--;
    if (count.recent + count.earlier === 0) this.#counts.delete(repositoryId);
  }

  /** Takes the numbers that were counted, by the repositories' ids, for all that is open. */
  replace(counted: ReadonlyMap<string, number>): void {
    this.#counts.clear();
    const since = this.#clock();
    for (const [id, recent] of counted) this.#counts.set(id, { recent, earlier: 0, since });
  }

  #countOf(repositoryId: string): Count {
    const now = this.#clock();
    const count = this.#counts.get(repositoryId) ?? { recent: 0, earlier: 0, since: now };
    const age = now - count.since;
    if (age >= this.#lifetime) {
      count.earlier = age < 2 * this.#lifetime ? count.recent : 0;
      count.recent = 0;
      count.since = now;
    }
    return count;
  }
}
