import { delimiter } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defaultClientConditions, defaultServerConditions } from 'vite';
import { defineConfig } from 'vitest/config';
import { browserProjects } from './test/browser/project.ts';
import { SkippedGroups } from './test/support/skipped-groups.ts';
import { workersProject } from './test/workers/project.ts';

const source = '@coracle/source';
// The AWS SDK's `module` files are for bundlers: Node, which loads what is not ours, cannot.
const serverConditions = defaultServerConditions.filter((condition) => condition !== 'module');

export default defineConfig({
  // Tests run on the sources, so that none of them can pass on a stale build.
  resolve: { conditions: [source, ...defaultClientConditions] },
  ssr: { resolve: { conditions: [source, ...serverConditions] } },
  test: {
    // Most tests of programs wait for them, so two files share even one core. More would compete with those programs.
    maxWorkers: 2,
    // The project knows that it tests on Node 20: without this every file of SDK tests says so.
    env: {
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      // After the machine's own programs, those that .ci/run built.
      PATH: [process.env['PATH'], fileURLToPath(new URL('.cache/clients/bin', import.meta.url))].join(delimiter),
    },
    reporters: ['default', ['json', { outputFile: 'reports/vitest.json' }], new SkippedGroups()],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['packages/*/src/**/*.test.ts'],
          exclude: ['**/*.{browser,workers}.test.ts', '**/node_modules/**'],
          // A test that hangs is found all the same, and a slow machine fails none.
          testTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'clients',
          include: ['test/**/*.test.ts', 'demos/**/*.test.ts'],
          exclude: ['**/*.{browser,workers}.test.ts', 'test/{browser,recipes}/**', '**/node_modules/**'],
          // Whole programs are started here.
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      await workersProject(),
      ...(await browserProjects()),
    ],
  },
});
