import { defineConfig } from 'vitest/config';
import { SkippedGroups } from './test/support/skipped-groups.ts';
import base from './vitest.config.ts';

/** Tests that take too long for every change: other versions of Node and TypeScript, and other people's programs. */
export default defineConfig({
  resolve: base.resolve ?? {},
  ssr: base.ssr ?? {},
  test: {
    name: 'matrix',
    include: ['test/matrix/*.matrix.ts'],
    env: base.test?.env ?? {},
    reporters: ['default', ['json', { outputFile: 'reports/matrix.json' }], new SkippedGroups()],
    // Each file starts programs that use all cores.
    fileParallelism: false,
    testTimeout: 900_000,
    hookTimeout: 600_000,
  },
});
