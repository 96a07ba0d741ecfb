import { describe, it } from 'vitest';

const skippedMark = ' — skipped: ';

/**
 * Skips a group of tests whose tool is missing on this machine. The end of the run names the group. With
 * CORACLE_ALLOW_SKIP=0 a missing tool is a failure, because a skipped group looks like a passed one. CORACLE_MAY_SKIP
 * lists the tools that may still be missing: `docker,crane`.
 * @throws Error if the group may not be skipped
 */
export function skipGroup(name: string, reason: string, tool?: string): void {
  if (process.env['CORACLE_ALLOW_SKIP'] === '0' && !maySkip(tool)) {
    throw new Error(`${name} may not be skipped here (CORACLE_ALLOW_SKIP=0), but: ${reason}`);
  }
  describe.skip(`${name}${skippedMark}${reason}`, () => {
    // A file whose groups are all empty counts as a failed one.
    it('is not run here', () => undefined);
  });
}

const maySkip = (tool: string | undefined): boolean =>
  tool !== undefined && (process.env['CORACLE_MAY_SKIP'] ?? '').split(',').includes(tool);
