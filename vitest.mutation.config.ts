import { defineConfig, mergeConfig } from 'vitest/config';
import config from './vitest.config.ts';

const { resolve, ssr } = config;

/** Core's own tests, as one project: what Stryker runs against each mutant. */
export default mergeConfig(
  { resolve, ssr },
  defineConfig({
    test: {
      include: ['packages/core/src/**/*.test.ts'],
      // They compare sources with what a script writes, and Stryker has put its mutants into the sources.
      exclude: ['**/generate*.test.ts', '**/boundaries.test.ts'],
    },
  }),
);
