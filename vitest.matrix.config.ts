import { defineConfig } from 'vitest/config';
import base from './vitest.config.ts';

/** Tests that take too long for every change: other versions of Node and TypeScript, and other people's programs. */
export default defineConfig({
  resolve: base.resolve ?? {},
  ssr: base.ssr ?? {},
  test: {
    name: 'matrix',
    include: ['test/matrix/*.matrix.ts'],
    env: base.test?.env ?? {},
    reporters: base.test?.reporters ?? [],
    // Each file starts programs that use all cores.
    fileParallelism: false,
    testTimeout: 900_000,
    hookTimeout: 600_000,
  },
});
