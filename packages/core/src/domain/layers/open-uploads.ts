/**
 * The number of open uploads of one repository. Uploads are counted in two periods: the period from `since` on, and the
 * period before `since`. Each period is as long as the maximum lifetime of an upload.
 */
interface Count {
  /**
   * The number of open uploads that were started, or were counted by the garbage collector, at `since` or later.
   * `earlier` is the number of open uploads from the period before `since`.
   */
  recent: number;
  earlier: number;
  since: number;
}

/**
 * Counts the open uploads of each repository, so that their number can be limited. The count is an estimate of this
 * process.
 *
 * The garbage collector replaces the count by the exact number. Between two collections, this process adds the uploads
 * that it starts, and subtracts the uploads that it ends. If the garbage collector never runs, an abandoned upload is
 * counted for at most twice the maximum lifetime of an upload.
 */
export class OpenUploads {
  readonly #clock: () => number;
  readonly #lifetime: number;
  readonly #counts = new Map<string, Count>();

  /** @param lifetime the maximum time that an upload can stay open, in milliseconds */
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

  /**
   * Replaces the counts of all repositories. `counted` maps the id of a repository to the number of its open uploads.
   */
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
