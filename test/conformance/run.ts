import { temporaryFolder } from '../support/temporary-folder.ts';
import { type Form, forms, runs, score } from './runs.ts';
import type { Served } from './server.ts';
import { storages } from './storages.ts';
import { build } from './suites.ts';

/** Runs every official suite against a server on every storage, and prints the results. Exits with 1 if one failed. */
for (const { name, missing, serve } of storages) {
  const reason = missing();
  console.log(reason === undefined ? `on ${name}:` : `on ${name}: skipped, ${reason}`);
  if (reason !== undefined) continue;
  const folder = await temporaryFolder();
  const server = await serve(folder.path);
  try {
    await runAll(server);
  } finally {
    await server.stop();
    await folder.remove();
  }
}

async function runAll(server: Served): Promise<void> {
  for (const run of runs) {
    const built = await build(run.suite);
    if ('missing' in built) {
      console.log(`${run.name.padEnd(12)} not run: ${built.missing}`);
      continue;
    }
    for (const form of Object.keys(forms) as Form[]) {
      const { passed, failed, skipped } = await score(run, built.program, form, server);
      const counts = `${passed} passed, ${failed.length} failed, ${skipped.length} skipped`;
      console.log(`${run.name.padEnd(12)} ${form.padEnd(8)} ${counts}`);
      for (const name of failed) console.log(`  failed: ${name}`);
      for (const name of skipped) console.log(`  skipped: ${name}`);
      if (failed.length > 0 || passed === 0) process.exitCode = 1;
    }
  }
}
