import { constants } from 'node:os';
import { describe, expect, it } from 'vitest';
import { problem } from './problems.ts';

const because = (code: unknown) => problem('/data', Object.assign(new Error('as the system says it'), { code }));

describe('problem', () => {
  it.each([
    ['ENOSPC', 'ENOSPC'],
    ['EDQUOT', 'EDQUOT'],
    ['EFBIG', 'EFBIG'],
    ['the number of ENOSPC', constants.errno.ENOSPC],
    ['MDB_MAP_FULL', -30_792],
  ])('gives the want of room a name by which it is known: %s', (_, code) => {
    expect(because(code)).toMatchObject({
      name: 'QuotaExceededError',
      message:
        'There is no room left in /data, and nothing was written: free some space there. (as the system says it)',
      cause: { code },
    });
  });

  it.each(['EIO', 'EACCES', 'EEXIST', -30_788])('gives no such name to anything else: %s', (code) => {
    expect(because(code).name).toBe('Error');
  });
});
