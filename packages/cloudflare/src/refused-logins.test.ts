import { describe, expect, it } from 'vitest';
import { RefusedLogins } from './refused-logins.ts';

const from = (address: string, authorization?: string) =>
  new Request('https://registry.test/v2/', {
    headers: { 'cf-connecting-ip': address, ...(authorization === undefined ? {} : { authorization }) },
  });

/** A limit of two refused logins of each address. */
function limited() {
  const counts = new Map<string, number>();
  const checked: string[] = [];
  const logins = new RefusedLogins({
    limit: async ({ key }) => {
      counts.set(key, (counts.get(key) ?? 0) + 1);
      return { success: (counts.get(key) ?? 0) <= 2 };
    },
  });
  const status = (request: Request) =>
    logins
      .guard(request, async ({ headers }) => {
        checked.push(headers.get('authorization') ?? 'none');
        return new Response(null, { status: headers.get('authorization') === 'Basic right' ? 200 : 401 });
      })
      .then((response) => response.status);
  return { status, checked };
}

describe('refused logins', () => {
  it('are answered with 429 after the limit, and are checked no more', async () => {
    const { status, checked } = limited();
    const statuses = [];
    for (let times = 0; times < 4; times++) statuses.push(await status(from('192.0.2.1', 'Basic wrong')));
    expect(statuses).toEqual([401, 401, 429, 429]);
    expect(await status(from('192.0.2.1', 'Basic right'))).toBe(429);
    expect(checked).toEqual(['Basic wrong', 'Basic wrong', 'Basic wrong']);
    expect(await status(from('192.0.2.2', 'Basic right'))).toBe(200);
    // A client with a token goes on.
    expect(await status(from('192.0.2.1', 'Bearer token'))).toBe(401);
  });

  it('are also counted if the password is in a form for a token', async () => {
    const { status } = limited();
    const login = () =>
      new Request('https://registry.test/token', {
        method: 'POST',
        headers: { 'cf-connecting-ip': '192.0.2.1' },
        body: new URLSearchParams({ username: 'alice', password: 'wrong' }),
      });
    const statuses = [];
    for (let times = 0; times < 4; times++) statuses.push(await status(login()));
    expect(statuses).toEqual([401, 401, 429, 429]);
    expect(await status(from('192.0.2.1', 'Basic right'))).toBe(429);
  });

  it('are not counted if the request has no credentials, or the right ones', async () => {
    const { status } = limited();
    for (let times = 0; times < 5; times++) {
      expect(await status(from('192.0.2.1'))).toBe(401);
      expect(await status(from('192.0.2.1', 'Basic right'))).toBe(200);
    }
  });

  it('are not limited without the binding', async () => {
    const logins = new RefusedLogins(undefined);
    const refuse = async () => new Response(null, { status: 401 });
    for (let times = 0; times < 5; times++) {
      expect((await logins.guard(from('192.0.2.1', 'Basic wrong'), refuse)).status).toBe(401);
    }
  });
});
