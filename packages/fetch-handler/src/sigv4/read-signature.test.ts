import { describe, expect, it } from 'vitest';
import { readSignature } from './read-signature.ts';

const now = Date.parse('2026-11-21T12:00:00Z');
const credential = 'AKIDEXAMPLE/20261121/eu-west-1/ecr/aws4_request';
const authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host;x-amz-date, Signature=00`;

type Pairs = Readonly<Record<string, string>>;

const read = (headers: Pairs, options: Partial<Parameters<typeof readSignature>[1]> = {}) =>
  readSignature(
    { method: 'POST', url: 'https://registry.example/', headers: Object.entries(headers) },
    { service: 'ecr', clock: () => now, ...options },
  );

const readAt = (date: string) =>
  read({
    authorization: authorization.replace('20261121', date.slice(0, 8)),
    'x-amz-date': date,
  });

const complete = {
  'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
  'X-Amz-Credential': credential,
  'X-Amz-Date': '20261121T120000Z',
  'X-Amz-Expires': '60',
  'X-Amz-SignedHeaders': 'host',
  'X-Amz-Signature': '00',
};

const readPresigned = (parameters: Pairs, time = now) =>
  readSignature(
    { method: 'POST', url: `https://registry.example/?${new URLSearchParams(parameters)}`, headers: [] },
    { service: 'ecr', clock: () => time },
  );

const without = (pairs: Pairs, ...names: string[]): Pairs =>
  Object.fromEntries(Object.entries(pairs).filter(([name]) => !names.includes(name)));

const incomplete = (message: string) => expect.objectContaining({ name: 'IncompleteSignatureException', message });
const invalid = (message: string) => expect.objectContaining({ name: 'InvalidSignatureException', message });

describe('a signature', () => {
  it('says who claims to have signed, in the header', () => {
    const headers = { Authorization: authorization, 'X-Amz-Date': '20261121T120000Z', 'X-Amz-Security-Token': 'token' };
    expect(read(headers).claims).toEqual({
      accessKeyId: 'AKIDEXAMPLE',
      region: 'eu-west-1',
      service: 'ecr',
      signedHeaders: ['host', 'x-amz-date'],
      date: new Date(now),
      sessionToken: 'token',
    });
  });

  it('says who claims to have signed, in the query', () => {
    expect(readPresigned({ ...complete, 'X-Amz-Security-Token': 'a+b/c=' }).claims).toEqual({
      accessKeyId: 'AKIDEXAMPLE',
      region: 'eu-west-1',
      service: 'ecr',
      signedHeaders: ['host'],
      date: new Date(now),
      sessionToken: 'a+b/c=',
    });
  });

  it('may have commas without blanks, or blanks without commas', () => {
    for (const separator of [',', ' ', ' , ']) {
      const text = authorization.replaceAll(', ', separator);
      expect(read({ authorization: text, 'x-amz-date': '20261121T120000Z' }).claims.accessKeyId).toBe('AKIDEXAMPLE');
    }
  });

  it.each([[{}], [{ authorization: '' }], [{ authorization: 'Basic QVdTOng=' }], [{ authorization: 'Bearer AWS4-' }]])(
    'is missing: %j',
    (headers) => {
      expect(() => read(headers)).toThrow(
        expect.objectContaining({
          name: 'MissingAuthenticationTokenException',
          message: 'Missing Authentication Token',
        }),
      );
    },
  );

  const needs = (name: string) => `Authorization header requires '${name}' parameter. `;
  const needsDate = "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ";
  const end = 'Authorization=AWS4-HMAC-SHA256';

  it.each([
    [
      { authorization: 'AWS4-HMAC-SHA256' },
      needs('Credential') + needs('Signature') + needs('SignedHeaders') + needsDate + end,
    ],
    [{ authorization: 'AWS4-HMAC-SHA256 Credential=a' }, needs('Signature') + needs('SignedHeaders') + needsDate + end],
    [{ authorization: 'AWS4-HMAC-SHA256 Credential=a,Signature=b' }, needs('SignedHeaders') + needsDate + end],
    [{ authorization: 'AWS4-HMAC-SHA256 Signature=b,SignedHeaders=c' }, needs('Credential') + needsDate + end],
    [
      { authorization: 'AWS4-HMAC-SHA256 Credential=,Signature=b,SignedHeaders=c' },
      needs('Credential') + needsDate + end,
    ],
    [{ authorization }, needsDate + end],
    [
      { authorization: 'AWS4-HMAC-SHA256 Credential, Signature=b' },
      "'Credential' not a valid key=value pair (missing equal-sign) in Authorization header: 'AWS4-HMAC-SHA256'.",
    ],
    [
      { authorization, 'x-amz-date': '2026' },
      "Date must be in ISO-8601 'basic format'. Got '2026'. See http://en.wikipedia.org/wiki/ISO_8601",
    ],
    [
      { authorization, 'x-amz-date': '20261131T120000Z' },
      "Date must be in ISO-8601 'basic format'. Got '20261131T120000Z'. See http://en.wikipedia.org/wiki/ISO_8601",
    ],
    [
      { authorization: authorization.replace('SHA256', 'SHA512'), 'x-amz-date': '20261121T120000Z' },
      "Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA512' (only AWS4-HMAC-SHA256 for now). ",
    ],
    [
      { authorization: authorization.replace('/aws4_request', ''), 'x-amz-date': '20261121T120000Z' },
      "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got 'AKIDEXAMPLE/20261121/eu-west-1/ecr'",
    ],
  ])('is incomplete in the header: %j', (headers, message) => {
    expect(() => read(headers)).toThrow(incomplete(message));
  });

  const includes = (...names: string[]) =>
    `${names.map((name) => `AWS query-string parameters must include '${name}'. `).join('')}Re-examine the query-string parameters.`;

  it.each([
    [['X-Amz-Credential'], includes('X-Amz-Credential')],
    [['X-Amz-Signature', 'X-Amz-SignedHeaders'], includes('X-Amz-Signature', 'X-Amz-SignedHeaders')],
    [['X-Amz-Algorithm', 'X-Amz-Date'], includes('X-Amz-Algorithm', 'X-Amz-Date')],
  ])('is incomplete in the query without %j', (names, message) => {
    expect(() => readPresigned(without(complete, ...names))).toThrow(incomplete(message));
  });

  it('has the first of two access keys, wherever it is', () => {
    const second = 'AKIDSECOND/20261121/eu-west-1/ecr/aws4_request';
    const twice = { authorization: `${authorization}, Credential=${second}`, 'x-amz-date': '20261121T120000Z' };
    expect(read(twice).claims.accessKeyId).toBe('AKIDEXAMPLE');
    const query = `${new URLSearchParams(complete)}&${new URLSearchParams({ 'X-Amz-Credential': second })}`;
    const request = { method: 'POST', url: `https://registry.example/?${query}`, headers: [] };
    expect(readSignature(request, { service: 'ecr', clock: () => now }).claims.accessKeyId).toBe('AKIDEXAMPLE');
  });

  it('must be for the service, the region and the day, and names all mistakes at once', () => {
    const text = authorization.replace(credential, 'AKIDEXAMPLE/b/c/d/e');
    expect(() => read({ authorization: text, 'x-amz-date': '20261121T120000Z' }, { region: 'eu-west-1' })).toThrow(
      invalid(
        "Credential should be scoped to a valid region, not 'c'. Credential should be scoped to correct service: 'ecr'. Credential should be scoped with a valid terminator: 'aws4_request', not 'e'. Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: 'b' != '20261121', from '20261121T120000Z'.",
      ),
    );
  });

  it('must cover the host, and the operation if the request names one', () => {
    const dated = { 'x-amz-date': '20261121T120000Z' };
    expect(() => read({ authorization: authorization.replace('host;', ''), ...dated })).toThrow(
      invalid("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."),
    );
    expect(() => read({ authorization, ...dated, 'X-Amz-Target': 'x' })).toThrow(
      invalid("'X-Amz-Target' must be a 'SignedHeader' in the AWS Authorization."),
    );
  });

  it.each([
    ['that the request does not have', 'host;x-amz-missing'],
    ['in capitals', 'host;X-Amz-Date'],
    ['twice', 'host;host;x-amz-date'],
  ])('must not name a header %s', (_, names) => {
    const text = authorization.replace('host;x-amz-date', names);
    expect(() => read({ authorization: text, 'x-amz-date': '20261121T120000Z' })).toThrow(
      invalid(
        'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
      ),
    );
  });

  it('may have its time in the Date header, in both formats', () => {
    for (const date of ['20261121T120000Z', 'Sat, 21 Nov 2026 12:00:00 GMT']) {
      const { claims, timestamp } = read({ authorization: authorization.replace('x-amz-date', 'date'), date });
      expect(claims.date).toEqual(new Date(now));
      expect(timestamp).toBe('20261121T120000Z');
    }
  });
});

describe('the time of a signature', () => {
  it.each(['20261121T115500Z', '20261121T120000Z', '20261121T120500Z'])('may be %s at noon', (date) => {
    expect(readAt(date).timestamp).toBe(date);
  });

  it.each([
    [
      '20261121T115459Z',
      'Signature expired: 20261121T115459Z is now earlier than 20261121T115500Z (20261121T120000Z - 5 min.)',
    ],
    [
      '20261120T120000Z',
      'Signature expired: 20261120T120000Z is now earlier than 20261121T115500Z (20261121T120000Z - 5 min.)',
    ],
    [
      '20261121T120501Z',
      'Signature not yet current: 20261121T120501Z is still later than 20261121T120500Z (20261121T120000Z + 5 min.)',
    ],
  ])('may not be %s at noon', (date, message) => {
    expect(() => readAt(date)).toThrow(invalid(message));
  });

  it('may differ by the skew that the caller allows', () => {
    const at = { authorization, 'x-amz-date': '20261121T113000Z' };
    expect(read(at, { maxSkew: 1_800_000 }).timestamp).toBe('20261121T113000Z');
    expect(() => read(at, { maxSkew: 1_799_000 })).toThrow(/^Signature expired/);
  });

  it('is checked against the clock of the machine by default', () => {
    expect(() => read({ authorization, 'x-amz-date': '20261121T120000Z' }, { clock: undefined })).toThrow(
      /^Signature (?:expired|not yet current)/,
    );
  });
});

describe('a presigned URL', () => {
  it('is valid for as long as it says', () => {
    expect(readPresigned(complete, now + 60_000).timestamp).toBe('20261121T120000Z');
    expect(() => readPresigned(complete, now + 61_000)).toThrow(
      invalid('Signature expired: 20261121T120000Z is now earlier than 20261121T120001Z (20261121T120101Z - 1 min.)'),
    );
  });

  it('is valid for seven days at most', () => {
    const week = { ...complete, 'X-Amz-Expires': '604800' };
    expect(readPresigned(week, now + 604_800_000).timestamp).toBe('20261121T120000Z');
    expect(() => readPresigned({ ...complete, 'X-Amz-Expires': '604801' })).toThrow(
      incomplete(
        'X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds',
      ),
    );
  });

  it.each(['', '-1', '1e3', 'soon'])('is refused when it expires in %j seconds', (expires) => {
    expect(() => readPresigned({ ...complete, 'X-Amz-Expires': expires })).toThrow(
      incomplete('X-Amz-Expires should be a number'),
    );
  });

  it('is valid for the allowed skew when it does not say how long', () => {
    const silent = without(complete, 'X-Amz-Expires');
    expect(readPresigned(silent, now + 300_000).timestamp).toBe('20261121T120000Z');
    expect(() => readPresigned(silent, now + 301_000)).toThrow(/^Signature expired/);
  });

  it('may not come from the future, however long it is valid', () => {
    expect(() => readPresigned({ ...complete, 'X-Amz-Expires': '604800' }, now - 301_000)).toThrow(
      /^Signature not yet current/,
    );
  });

  it('does not count when the Authorization header has a signature', () => {
    const url = `https://registry.example/?${new URLSearchParams(complete)}`;
    const headers = [['authorization', 'AWS4-HMAC-SHA256']] as const;
    expect(() => readSignature({ method: 'POST', url, headers }, { service: 'ecr', clock: () => now })).toThrow(
      /^Authorization header requires/,
    );
  });
});

describe('the URL of a signed request', () => {
  it('must be absolute', () => {
    const request = { method: 'GET', url: '/v2/', headers: [] };
    expect(() => readSignature(request, { service: 'ecr' })).toThrow(
      new TypeError("The URL of a signed request must be absolute, not '/v2/'"),
    );
  });

  it('is told without its query, which may be a presigned one, when it is not absolute', () => {
    const request = { method: 'GET', url: '/v2/?X-Amz-Signature=secret', headers: [] };
    expect(() => readSignature(request, { service: 'ecr' })).toThrow(
      new TypeError("The URL of a signed request must be absolute, not '/v2/?…'"),
    );
  });

  it.each(['?a=b?c=d', '??a=b', '?a=b&X=?'])(
    'has no second question mark, which programs read in different ways: %s',
    (query) => {
      const request = { method: 'GET', url: `https://registry.example/${query}`, headers: [] };
      expect(() => readSignature(request, { service: 'ecr' })).toThrow(/^The request signature we calculated/);
    },
  );

  it('may have a lone surrogate', () => {
    const dated = [['authorization', authorization] as const, ['x-amz-date', '20261121T120000Z'] as const];
    const request = { method: 'GET', url: 'https://registry.example/\ud800', headers: dated };
    expect(readSignature(request, { service: 'ecr', clock: () => now }).canonicalHead).toMatch(/^GET\n\/%EF%BF%BD\n/);
  });

  it('decides which host was signed', () => {
    const dated = { authorization, 'x-amz-date': '20261121T120000Z' };
    const hostOf = (host: string) => /^host:(.*)$/m.exec(read({ ...dated, host }).canonicalHead)?.[1];
    expect(hostOf('other.example')).toBe('registry.example');
    expect(hostOf('Registry.example:443')).toBe('Registry.example:443');
  });
});
