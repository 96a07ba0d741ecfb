import { describe, it } from 'vitest';

const skippedMark = ' — skipped: ';

/**
 * In the place of a `describe` whose tool this machine has not. The group is named at the end of the run; where
 * everything has to be there (CORACLE_ALLOW_SKIP=0) it fails instead, because a skipped group looks like a passed one.
 * A tool that cannot be had or run there is excepted by its name (CORACLE_MAY_SKIP=docker,crane), and only that one.
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
