import { describe, it } from 'vitest';
import { skippedMark } from './skipped-mark.ts';

/**
 * Skips a group of tests whose tool is missing on this machine. The end of the run names the group. With
 * TESTS_ALLOW_SKIP=0 a missing tool is a failure, because a skipped group looks like a passed one. TESTS_MAY_SKIP
 * lists the tools that may still be missing: `docker,crane`.
 * @throws Error if the group may not be skipped
 */
export function skipGroup(name: string, reason: string, tool?: string): void {
  if (process.env['TESTS_ALLOW_SKIP'] === '0' && !maySkip(tool)) {
    throw new Error(`${name} may not be skipped here (TESTS_ALLOW_SKIP=0), but: ${reason}`);
  }
  describeSkipped(name, reason);
}

/** Registers a group that is not run. The end of the run names it with the reason. */
export function describeSkipped(name: string, reason: string): void {
  describe.skip(`${name}${skippedMark}${reason}`, () => {
    // A file whose groups are all empty counts as a failed one.
    it('is not run here', () => undefined);
  });
}

const maySkip = (tool: string | undefined): boolean =>
  tool !== undefined && (process.env['TESTS_MAY_SKIP'] ?? '').split(',').includes(tool);
