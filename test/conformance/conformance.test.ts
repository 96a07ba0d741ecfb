import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { skipGroup } from '../support/groups.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { type Form, forms, runs, score } from './runs.ts';
import type { Served } from './server.ts';
import { storages } from './storages.ts';
import { build, main, v1 } from './suites.ts';

for (const suite of [main, v1]) {
  const group = `the official OCI conformance suite, ${suite.name}`;
  const built = await build(suite);
  if ('missing' in built) {
    skipGroup(group, built.missing, `oci-${suite.name}`);
    continue;
  }
  for (const { name, missing } of storages) {
    const reason = missing();
    if (reason !== undefined) skipGroup(`${group}, on ${name}`, reason, 'workerd');
  }
  describe.each(storages.filter(({ missing }) => missing() === undefined))(`${group}, on $name`, ({ serve }) => {
    let server: Served;
    let folder: Awaited<ReturnType<typeof temporaryFolder>>;
    beforeAll(async () => {
      folder = await temporaryFolder();
      server = await serve(folder.path);
    });
    afterAll(async () => {
      await server.stop();
      await folder.remove();
    });

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
