import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from './build.mjs';
import { ensureChromium } from './chromium.mjs';
import { install } from './install.mjs';
import { root, run, secondsSince } from './tools.mjs';

const npm = (script) => run('npm', ['run', '--silent', script]);

const steps = [
  ['install', install],
  ['a Chromium for the tests in a browser', ensureChromium],
  ['build', build],
  ['typecheck', () => npm('typecheck')],
  ['lint', () => npm('lint')],
  ['README', () => npm('check:readme')],
  ['language', () => npm('check:language')],
  ['tests', () => run('vitest', ['run'])],
  ['packages as they would be published', () => npm('check:packages')],
  ['unused code and dependencies', () => npm('check:unused')],
  ['sizes', () => npm('check:size')],
];

// Totals of an earlier run would be read as those of this one.
const reports = join(root, 'reports');
rmSync(reports, { recursive: true, force: true });

/**
 * Returns the groups that `skipGroup` of test/support/groups.ts skipped. They are repeated at the end because their own
 * lines are far up in the output.
 */
function skippedGroups() {
  const { testResults } = JSON.parse(readFileSync(join(reports, 'vitest.json'), 'utf8'));
  const titles = testResults.flatMap(({ assertionResults }) => assertionResults.flatMap((it) => it.ancestorTitles));
  return [...new Set(titles.filter((title) => title.includes(' — skipped: ')))].sort();
}

const start = performance.now();
for (const [i, [name, step]] of steps.entries()) {
  console.log(`\n── ${i + 1}/${steps.length} ${name}`);
  const stepStart = performance.now();
  if (!(await step())) {
    console.error(`\n── failed: ${name} (after ${secondsSince(stepStart)})`);
    process.exit(1);
  }
  console.log(`── ${name}: ${secondsSince(stepStart)}`);
}
const skipped = skippedGroups();
console.log(
  `\n── all of it passed, in ${secondsSince(start)}${skipped.length > 0 ? ', but for what was not run:' : ''}`,
);
for (const title of skipped) console.log(`   ${title}`);
