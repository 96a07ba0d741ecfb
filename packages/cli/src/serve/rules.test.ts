import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { byOption } from './naming.ts';
import { type Rules, refuser } from './rules.ts';

const rules: Rules = { host: '127.0.0.1', endpoint: undefined, allowHosts: [], origins: [], naming: byOption };

async function refused(
  request: { method?: string; url?: string; headers?: Record<string, string> },
  changes: Partial<Rules> = {},
): Promise<[status: number, sentence: string] | undefined> {
  const facts = { method: 'GET', url: '/', headers: { host: 'localhost:4747' }, ...request };
  const answer = refuser({ ...rules, ...changes })(facts as unknown as IncomingMessage);
  return answer && [answer.status, await answer.text()];
}

describe('a request', () => {
  it('passes with a host of the server’s own, and without any, as HTTP/1.0 may be', async () => {
    expect(await refused({})).toBeUndefined();
    expect(await refused({ headers: {} })).toBeUndefined();
  });

  it('for another host is refused, in a sentence that says what to do', async () => {
    expect(await refused({ headers: { host: 'attacker.example:4747' } })).toEqual([
      421,
      'Coracle does not serve the host attacker.example: allow it with the option allowHosts\n',
    ]);
    // The dot of the root means nothing.
    expect(await refused({ headers: { host: 'attacker.example.' } })).toEqual([
      421,
      'Coracle does not serve the host attacker.example: allow it with the option allowHosts\n',
    ]);
    expect((await refused({ headers: { host: `${'a.'.repeat(5000)}example` } }))?.[1].length).toBeLessThan(600);
    expect(await refused({ headers: { host: 'a b' } })).toEqual([400, 'The Host header names no host\n']);
  });

  it('is refused with the words of the one who runs the server', async () => {
    const naming = (option: string) => `--${option}`;
    expect((await refused({ headers: { host: 'a.example' } }, { naming }))?.[1]).toContain(
      'allow it with --allowHosts\n',
    );
    const headers = { host: 'localhost', 'sec-fetch-site': 'cross-site' };
    expect((await refused({ method: 'POST', headers }, { naming }))?.[1]).toContain('with --cors.origins');
  });

  it('is refused in the form that its client reads', async () => {
    const answerTo = (url: string, headers: Record<string, string> = {}) =>
      refuser(rules)({ method: 'POST', url, headers: { host: 'a.example', ...headers } } as unknown as IncomingMessage);
    const sentence = 'Coracle does not serve the host a.example: allow it with the option allowHosts';
    expect(await answerTo('/v2/web/tags/list?n=1')?.json()).toEqual({
      errors: [{ code: 'DENIED', message: sentence }],
    });
    expect(await answerTo('http://a.example/v2/')?.json()).toMatchObject({ errors: [{ code: 'DENIED' }] });
    const call = answerTo('/', { 'x-amz-target': 'SpencerFrontendService.DescribeRegistries' });
    expect(await call?.json()).toEqual({ __type: 'AccessDeniedException', message: sentence });
    expect(await answerTo('/token')?.text()).toBe(`${sentence}\n`);
  });

  it('is held to the host of its target if that is in absolute form', async () => {
    const headers = { host: 'localhost' };
    expect((await refused({ url: 'http://attacker.example/v2/', headers }))?.[0]).toBe(421);
    expect((await refused({ url: 'WSS://attacker.example:1?/', headers }))?.[0]).toBe(421);
    expect((await refused({ url: 'http://localhost@attacker.example/', headers }))?.[0]).toBe(400);
    expect(await refused({ url: 'http://localhost/v2/', headers: { host: 'attacker.example' } })).toBeUndefined();
  });

  it('of a page of another origin is refused if it may change something', async () => {
    const headers = { host: 'localhost:4747', origin: 'http://localhost:5173' };
    expect(await refused({ method: 'POST', url: '/', headers })).toEqual([
      403,
      expect.stringContaining('allow the origin with the option cors.origins'),
    ]);
    expect(await refused({ method: 'GET', headers })).toBeUndefined();
    expect(await refused({ method: 'OPTIONS', headers })).toBeUndefined();
    expect(await refused({ method: 'POST', headers }, { origins: ['http://localhost:5173'] })).toBeUndefined();
    expect(await refused({ method: 'POST', headers }, { origins: '*' })).toBeUndefined();
  });

  it('of a page of its own passes, also behind a proxy that ends TLS', async () => {
    const own = { host: 'localhost:4747', origin: 'https://localhost:4747', 'sec-fetch-site': 'same-site' };
    expect(await refused({ method: 'PUT', headers: own })).toBeUndefined();
    const endpoint = new URL('https://reg.example.com');
    const behind = { host: '10.0.0.7:4747', origin: 'https://reg.example.com' };
    expect(await refused({ method: 'PUT', headers: behind }, { endpoint })).toBeUndefined();
  });

  it('without an origin is refused if the browser says that another site has sent it', async () => {
    for (const [site, status] of [
      ['cross-site', 403],
      ['same-site', 403],
      ['same-origin', undefined],
      ['none', undefined],
    ] as const) {
      const headers = { host: 'localhost', 'sec-fetch-site': site };
      expect((await refused({ method: 'POST', headers }))?.[0]).toBe(status);
    }
    expect(await refused({ method: 'POST', headers: { host: 'localhost' } })).toBeUndefined();
  });
});
