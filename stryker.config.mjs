/**
 * Mutation testing: each mutant is one small fault in the semantics, and some test beside it must notice. Too slow for
 * `npm test`: `npm run test:mutation` takes all of access/, domain/ and operations/, and `npm run test:mutation -- --mutate
 * packages/core/src/domain/images/push.ts` one file.
 */
export default {
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  vitest: { configFile: 'vitest.mutation.config.ts' },
  mutate: [
    'packages/core/src/{access,domain,operations}/**/*.ts',
    '!packages/core/src/**/*.test.ts',
    '!packages/core/src/**/generated/**',
  ],
  // Core's tests touch nothing else; the links in node_modules lead to the other packages as they are.
  ignorePatterns: ['/reports', '/demos', '/.changeset', 'dist'],
  tempDirName: '.stryker-tmp',
  coverageAnalysis: 'perTest',
  // A mutant that is never reached by a test, or only while modules are loaded, says little and costs most.
  ignoreStatic: true,
  concurrency: 1,
  reporters: ['clear-text', 'json'],
  clearTextReporter: { reportTests: false, allowColor: false },
  jsonReporter: { fileName: 'reports/mutation.json' },
};
