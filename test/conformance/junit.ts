/** The results of a suite, by test. */
export interface Score {
  readonly passed: number;
  readonly failed: readonly string[];
  readonly skipped: readonly string[];
}

const testcase = /<testcase\b([^>]*)>/g;
const attribute = (attributes: string, name: string): string =>
  new RegExp(`\\b${name}="([^"]*)"`).exec(attributes)?.[1] ?? '';

/** Both suites write the status of each test into its element; what Ginkgo's own reporters do is among the tests. */
export function readJunit(xml: string): Score {
  const tests = [...xml.matchAll(testcase)]
    .map(([, attributes = '']) => ({ name: attribute(attributes, 'name'), status: attribute(attributes, 'status') }))
    .filter(({ name }) => name.startsWith('OCI '));
  const named = (wanted: (status: string) => boolean) =>
    tests.filter(({ status }) => wanted(status)).map(({ name }) => name);
  const skipped = named((status) => status === 'skipped' || status === 'disabled');
  const passed = named((status) => status === 'passed');
  return {
    passed: passed.length,
    skipped,
    // A test with any other status has not passed.
    failed: named((status) => !['passed', 'skipped', 'disabled'].includes(status)),
  };
}
