/**
 * Returns the duration and the start of a search. `TESTS_SEARCH_SECONDS=600` searches longer.
 * `TESTS_SEARCH_SEED=<seed> TESTS_SEARCH_PATH=<path>` repeats a failure, which prints its seed and path.
 */
export function searchFor(seconds: number) {
  const { TESTS_SEARCH_SECONDS: asked, TESTS_SEARCH_SEED: seed, TESTS_SEARCH_PATH: path } = process.env;
  return {
    numRuns: Number.MAX_SAFE_INTEGER,
    interruptAfterTimeLimit: Number(asked ?? seconds) * 1000,
    // Time is what ends the search; a failure that was found before still fails the test.
    markInterruptAsFailure: false,
    ...(seed === undefined ? {} : { seed: Number(seed) }),
    ...(path === undefined ? {} : { path }),
  };
}
