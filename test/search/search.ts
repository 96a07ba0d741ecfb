/**
 * How long a search goes on, and where it starts. `CORACLE_SEARCH_SECONDS=600` searches longer; what a failure prints
 * as seed and path is run again by `CORACLE_SEARCH_SEED=<seed> CORACLE_SEARCH_PATH=<path>`.
 */
export function searchFor(seconds: number) {
  const { CORACLE_SEARCH_SECONDS: asked, CORACLE_SEARCH_SEED: seed, CORACLE_SEARCH_PATH: path } = process.env;
  return {
    numRuns: Number.MAX_SAFE_INTEGER,
    interruptAfterTimeLimit: Number(asked ?? seconds) * 1000,
    // Time is what ends the search; a failure that was found before still fails the test.
    markInterruptAsFailure: false,
    ...(seed === undefined ? {} : { seed: Number(seed) }),
    ...(path === undefined ? {} : { path }),
  };
}
