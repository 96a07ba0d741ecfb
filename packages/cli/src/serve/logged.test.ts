import { describe, expect, it } from 'vitest';
import { loggedTarget, printable } from './logged.ts';

describe('a logged target', () => {
  it('is as it came if it is ordinary', () => {
    for (const target of [
      '/',
      '/v2/team/web/manifests/v1?tag=a&tag=b',
      '/v2/a/blobs/uploads/?mount=sha256:00&from=team%2Fweb',
      '/token?account=AWS&scope=repository:a:pull&service=localhost:4747',
    ]) {
      expect(loggedTarget(target)).toBe(target);
    }
  });

  it('keeps the names of other parameters, and none of their values', () => {
    expect(loggedTarget('/?X-Amz-Security-Token=SECRET&X-Amz-Signature=abc&n=1&password=p=q&flag')).toBe(
      '/?X-Amz-Security-Token=...&X-Amz-Signature=...&n=1&password=...&flag',
    );
  });

  it('can write no line, no colour and no second word', () => {
    const target = '/ 200 1ms\r\n\u001b[32m\u009b31m\u00a0é';
    expect(loggedTarget(target)).toBe('/%20200%201ms%0D%0A%1B[32m%C2%9B31m%C2%A0%C3%A9');
    expect(printable('PUT /')).toBe('PUT%20/');
  });

  it('is cut if it is very long', () => {
    expect(loggedTarget(`/${'a'.repeat(5000)}`)).toBe(`/${'a'.repeat(999)}...`);
    expect(loggedTarget(`/${'\u00e9'.repeat(5000)}`)).toHaveLength(1003);
    expect(loggedTarget(`/${'a'.repeat(999)}`)).toBe(`/${'a'.repeat(999)}`);
  });

  it('has no user and no password, which a target in absolute form can have', () => {
    expect(loggedTarget('http://AWS:SECRET@localhost:4747/v2/?n=1')).toBe('http://localhost:4747/v2/?n=1');
    expect(loggedTarget('http://AWS:SECRET@more@localhost')).toBe('http://localhost');
    expect(loggedTarget('/v2/a@sha256:00')).toBe('/v2/a@sha256:00');
  });
});
