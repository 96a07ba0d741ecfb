import type { Reporter, TestModule } from 'vitest/node';
import { skippedMark } from './skipped-mark.ts';

/** Names, as the last thing of a run, the groups that `skipGroup` and `describeUnless` left out. */
export class SkippedGroups implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const names = modules.flatMap((module) =>
      [...module.children.allSuites()].map((suite) => suite.name).filter((name) => name.includes(skippedMark)),
    );
    if (names.length === 0) return;
    console.log(`\n${names.length === 1 ? 'One group was' : `${names.length} groups were`} skipped:`);
    for (const name of names.sort()) console.log(`  ${name}`);
  }
}
