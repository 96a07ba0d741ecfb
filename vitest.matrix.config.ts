import { defineConfig } from 'vitest/config';
import { otherEngines } from './test/browser/project.ts';
import { SkippedGroups } from './test/support/skipped-groups.ts';
import base from './vitest.config.ts';

/**
 * Tests that take too long for every change: other versions of Node and TypeScript, other people's programs, and the
 * browser tests in Firefox and WebKit.
 */
export default defineConfig({
  resolve: base.resolve ?? {},
  ssr: base.ssr ?? {},
  test: {
    env: base.test?.env ?? {},
    reporters: ['default', ['json', { outputFile: 'reports/matrix.json' }], new SkippedGroups()],
    // Each file starts programs that use all cores.
    fileParallelism: false,
    projects: [
      {
        extends: true,
        test: {
          name: 'matrix',
          include: ['test/matrix/*.matrix.ts'],
          testTimeout: 900_000,
          hookTimeout: 600_000,
        },
      },
      ...(await otherEngines()),
    ],
  },
});
