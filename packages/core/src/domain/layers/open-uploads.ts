/** The uploads of one repository, by when they were started or counted. */
interface Count {
  /**
   * The number of uploads since `since`, and of those in the period before. A period is as long as an upload's
   * lifetime.
   */
  recent: number;
  earlier: number;
  since: number;
}

/**
 * The number of open uploads of each repository, as far as this process knows. The collector counts them. In between,
 * uploads that are started here are added, and uploads that end here are subtracted. If no collector runs, an upload
 * that nobody ended is counted for no more than twice its lifetime.
 */
export class OpenUploads {
  readonly #clock: () => number;
  readonly #lifetime: number;
  readonly #counts = new Map<string, Count>();

  /** @param lifetime the time after which an upload is surely closed, in milliseconds */
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

  /** Replaces all numbers by those that were counted, by the repositories' ids. */
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
