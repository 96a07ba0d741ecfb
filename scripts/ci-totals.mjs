import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './tools.mjs';

// The exit code of the tests comes as the argument. CI reads the totals from the last line of the output.
const exitCode = Number(process.argv[2]);
// The second one is there after `.ci/run --matrix`.
const reports = ['vitest.json', 'matrix.json']
  .map((name) => join(root, 'reports', name))
  .filter((file) => existsSync(file))
  .map((file) => JSON.parse(readFileSync(file, 'utf8')));
const sum = (of) => reports.reduce((total, report) => total + of(report), 0);

const passed = sum(({ numPassedTests }) => numPassedTests);
// A file that could not even be loaded has no failed test.
const isBroken = ({ status, assertionResults }) =>
  status === 'failed' && !assertionResults.some((test) => test.status === 'failed');
const failures = sum(({ numFailedTests, testResults }) => numFailedTests + testResults.filter(isBroken).length);
const failed = Math.max(failures, exitCode !== 0 || passed === 0 ? 1 : 0);

console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
