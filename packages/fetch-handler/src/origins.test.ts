import { describe, expect, it } from 'vitest';
import { type OriginFacts, type OriginRule, originRefusal } from './origins.ts';

const facts = (given: Partial<OriginFacts>): OriginFacts => ({
  method: 'POST',
  host: 'localhost:4747',
  origin: undefined,
  site: undefined,
  ...given,
});
const rule: OriginRule = {
  allowed: ['https://app.example.com', 'null'],
  endpoint: new URL('https://reg.example.com'),
  option: 'cors.origins',
};
const refusal = (given: Partial<OriginFacts>, more: Partial<OriginRule> = {}) =>
  originRefusal(facts(given), { ...rule, ...more });

const other = 'https://evil.example';
const refused = `Pages of ${other} may not change this registry: allow the origin with cors.origins`;

describe('originRefusal', () => {
  it.each(['GET', 'HEAD', 'OPTIONS'])('lets every page send a %s', (method) => {
    expect(refusal({ method, origin: other, site: 'cross-site' })).toBeUndefined();
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'PURGE'])('refuses a %s of a page of another origin', (method) => {
    expect(refusal({ method, origin: other })).toBe(refused);
  });

  it.each([
    ['its own origin', { origin: 'http://localhost:4747' }],
    ['its own origin behind a proxy that ends TLS', { origin: 'https://localhost:4747' }],
    ['its own origin, whose default port the client wrote', { origin: 'http://reg.test', host: 'reg.test:80' }],
    ['the endpoint', { origin: 'https://reg.example.com' }],
    ['an allowed origin', { origin: 'https://app.example.com' }],
    ['an allowed origin, whatever Sec-Fetch-Site says', { origin: 'https://app.example.com', site: 'cross-site' }],
    ['pages without an origin that are allowed', { origin: 'null' }],
    ['no page', {}],
    ['a user who typed the address', { site: 'none' }],
    ['a page of the registry without Origin', { site: 'same-origin' }],
  ])('answers %s', (_, given) => {
    expect(refusal(given)).toBeUndefined();
  });

  it.each([
    ['another port of the host', { origin: 'http://localhost:3000' }],
    ['the default port of another scheme', { origin: 'http://reg.test', host: 'reg.test:443' }],
    ['an origin that is the beginning of an allowed one', { origin: 'https://app.example' }],
    ['an allowed origin in other letters', { origin: 'https://app.example.com/' }],
    ['what is no origin', { origin: 'localhost:4747' }],
    ['two origins', { origin: 'http://localhost:4747 http://localhost:4747' }],
    ['a request without a host', { origin: 'http://localhost:4747', host: null }],
    ['its own page, whatever Sec-Fetch-Site says', { origin: other, site: 'same-origin' }],
  ])('refuses %s', (_, given) => {
    expect(refusal(given)).toMatch(/^Pages of .* may not change this registry: allow the origin with cors\.origins$/);
  });

  it.each(['cross-site', 'same-site'])('refuses a page that gives no origin and is %s', (site) => {
    expect(refusal({ site })).toBe(
      "A page of another site may not change this registry: allow the page's origin with cors.origins",
    );
  });

  it('refuses a page without an origin if that is not allowed, and another origin without an endpoint', () => {
    expect(refusal({ origin: 'null' }, { allowed: [] })).toMatch(/^Pages of null /);
    expect(refusal({ origin: other }, { endpoint: undefined })).toBe(refused);
  });

  it('refuses nobody if every page is allowed', () => {
    expect(refusal({ origin: other, site: 'cross-site' }, { allowed: '*' })).toBeUndefined();
    expect(refusal({ site: 'cross-site' }, { allowed: '*' })).toBeUndefined();
  });

  it('names the option that its user has', () => {
    expect(refusal({ origin: other }, { option: '--cors-origin' })).toContain('with --cors-origin');
  });
});
