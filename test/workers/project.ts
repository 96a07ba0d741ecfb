import type { TestProjectInlineConfiguration } from 'vitest/config';
import { compatibilityDate, whyNoWorkerd } from './workerd.ts';

const name = 'workers';

/** The `env` of the Worker of `main.ts` and of every test in workerd. */
const bindings = {
  kvNamespaces: ['KV', 'OTHER_KV'],
  r2Buckets: ['BUCKET'],
  durableObjects: {
    RECORDS: { className: 'CoracleRecords', useSQLite: true },
    RECORDS_WITHOUT_SQL: { className: 'RecordsWithoutSql' },
    OTHER: { className: 'OtherObject', useSQLite: true },
  },
};

/** The tests that run inside workerd: in one isolate with `main.ts`, which answers `SELF.fetch`. */
export async function workersProject(): Promise<TestProjectInlineConfiguration> {
  if (!isWanted(process.argv)) return { test: { name } };
  const reason = whyNoWorkerd();
  if (reason !== undefined) {
    const env = { TESTS_NO_WORKERD: reason };
    return { extends: true, test: { name, env, include: ['test/workers/no-workerd.ts'] } };
  }
  // Imported only when needed: it takes nearly two seconds, and throws if workerd is missing.
  const { cloudflareTest } = await import('@cloudflare/vitest-pool-workers');
  return {
    extends: true,
    plugins: [cloudflareTest({ main: './test/workers/main.ts', miniflare: { compatibilityDate, ...bindings } })],
    test: {
      name,
      include: ['{packages/*/src,test}/**/*.workers.test.ts'],
      exclude: ['**/node_modules/**'],
      testTimeout: 60_000,
      hookTimeout: 120_000,
    },
  };
}

/** Whether a command line of vitest's runs this project: `--project unit` runs none but that. */
function isWanted(command: readonly string[]): boolean {
  const asked = command.flatMap((argument, at) =>
    argument === '--project' ? [command[at + 1] ?? ''] : (/^--project=(.*)$/.exec(argument)?.slice(1) ?? []),
  );
  return asked.length === 0 || asked.some((project) => project === name || /[*!]/.test(project));
}
