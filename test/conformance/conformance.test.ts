import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { skipGroup } from '../support/groups.ts';
import { type Form, forms, runs, score } from './runs.ts';
import { coracleServe, type Served } from './server.ts';
import { build, main, v1 } from './suites.ts';

for (const suite of [main, v1]) {
  const group = `the official OCI conformance suite, ${suite.name}`;
  const built = await build(suite);
  if ('missing' in built) {
    skipGroup(group, built.missing, `oci-${suite.name}`);
    continue;
  }
  describe(group, () => {
    let server: Served;
    beforeAll(async () => {
      server = await coracleServe();
    });
    afterAll(() => server.stop());

    const cases = runs
      .filter((run) => run.suite === suite)
      .flatMap((run) => (Object.keys(forms) as Form[]).map((form) => ({ run, form, name: run.name })));
    it.each(cases)('finds nothing to fault: $name, by $form addresses', async ({ run, form }) => {
      const { passed, failed } = await score(run, built.program, form, server);
      expect(failed).toEqual([]);
      expect(passed).toBeGreaterThan(50);
    });
  });
}
