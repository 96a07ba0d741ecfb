import type { Reporter, TestModule } from 'vitest/node';

// Not imported from groups.ts, which imports vitest's test functions: a reporter runs outside of any test.
const mark = ' — skipped: ';

/** Names, as the last thing of a run, the groups that `skipGroup` left out. */
export class SkippedGroups implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const names = modules.flatMap((module) =>
      [...module.children.allSuites()].map((suite) => suite.name).filter((name) => name.includes(mark)),
    );
    if (names.length === 0) return;
    console.log(`\n${names.length === 1 ? 'One group was' : `${names.length} groups were`} skipped:`);
    for (const name of names.sort()) console.log(`  ${name}`);
  }
}
