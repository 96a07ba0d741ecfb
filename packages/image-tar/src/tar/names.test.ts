import { posix } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pathOf, targetOf } from './names.ts';

const name = fc
  .array(fc.constantFrom('..', '.', '', 'a', 'b', '...', '..a', '\\0'), { minLength: 1, maxLength: 8 })
  .map((parts) => parts.join('/'));
const link = fc.constantFrom<'symlink' | 'link'>('symlink', 'link');

/** Returns the path below a root as Node resolves it; undefined if it is outside. */
function inside(path: string): string | undefined {
  const resolved = posix.join('/root', path);
  return resolved === '/root' || resolved === '/root/' || resolved.startsWith('/root/')
    ? resolved.replace(/^\/root\/?/, '').replace(/\/$/, '')
    : undefined;
}

function outcome<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}

describe('names in an archive', () => {
  it('are those of Node, and never contain ..', () => {
    fc.assert(
      fc.property(name, (given) => {
        const path = outcome(() => pathOf(given));
        if (given.startsWith('/') || given.split('/').includes('..')) expect(path).toBeUndefined();
        else expect(path).toBe(inside(given));
      }),
      { numRuns: 1000 },
    );
  });

  it('of links lead to where Node leads, or are refused', () => {
    fc.assert(
      fc.property(fc.constantFrom('x', 'x/y', 'x/y/z'), name, link, (path, given, type) => {
        const target = outcome(() => targetOf(path, given, type));
        const from = type === 'symlink' ? posix.dirname(path) : '.';
        const reached = given.startsWith('/') ? undefined : inside(posix.join(from, given));
        // A path that leaves the archive and comes back is refused too.
        if (target !== undefined) expect(target).toBe(reached);
        else if (reached !== undefined) expect(given).toContain('..');
      }),
      { numRuns: 1000 },
    );
  });
});
