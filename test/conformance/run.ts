import { type Form, forms, runs, score } from './runs.ts';
import { coracleServe } from './server.ts';
import { build } from './suites.ts';

/** Runs every official suite against `coracle serve` and prints what they found. Ends with 1 where anything failed. */
const server = await coracleServe();
try {
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
} finally {
  await server.stop();
}
