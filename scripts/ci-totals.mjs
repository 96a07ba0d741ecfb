import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './tools.mjs';

// The exit code of `npm test` comes as the argument. CI reads the totals from the last line of the output.
const exitCode = Number(process.argv[2]);
const report = join(root, 'reports', 'vitest.json');
const totals = existsSync(report)
  ? JSON.parse(readFileSync(report, 'utf8'))
  : { numPassedTests: 0, numFailedTests: 0, testResults: [] };

// A file that could not even be loaded has no failed test.
const brokenFiles = totals.testResults.filter(
  ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
).length;
const nothingRan = totals.numPassedTests === 0;
const failed = Math.max(totals.numFailedTests + brokenFiles, exitCode !== 0 || nothingRan ? 1 : 0);

console.log(`${totals.numPassedTests} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
