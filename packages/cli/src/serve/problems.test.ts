import { describe, expect, it } from 'vitest';
import { byOption } from './naming.ts';
import { listenProblem } from './problems.ts';

const because = (code: string, host = '127.0.0.1') =>
  listenProblem(Object.assign(new Error(`listen ${code}`), { code }), { host, port: 80, naming: byOption }).message;

describe('listenProblem', () => {
  it.each(['EADDRINUSE', 'EACCES', 'EADDRNOTAVAIL', 'ENOTFOUND', 'EAI_AGAIN'])('says what to do about %s', (code) => {
    expect(because(code)).toMatch(/127\.0\.0\.1.* with the option (port|host)/);
  });

  it('passes on what it does not know', () => {
    expect(because('EMFILE', '::1')).toBe('Cannot listen on [::1]:80: listen EMFILE.');
  });
});
