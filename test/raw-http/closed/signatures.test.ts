import { afterAll, beforeAll, expect, it } from 'vitest';
import { key, presigned, type Signable, type Signing, signed } from './credentials.ts';
import { kinds, type Target, withRepository } from './targets.ts';

/**
 * Requests that were signed and then altered, over the wire. Each is refused with the exception and the text of AWS, and
 * calls nothing of the registry.
 */

/** The time of the registries. They have a clock of their own, so that the texts about expired signatures are known. */
const now = Date.parse('2026-11-21T12:00:00Z');
const minutes = 60_000;

type Request = Awaited<ReturnType<typeof signed>>;
type Alter = (request: Request) => Request;
interface Refusal {
  readonly __type: string;
  readonly message: string;
}

const describeRepositories = 'AmazonEC2ContainerRegistry_V20150921.DescribeRepositories';
const input = '{"repositoryNames":["there"]}';

type Sign = (host: string, options?: Signing & { expiresIn?: number }) => Promise<Request>;
const call = (host: string, more: Partial<Signable> = {}): Signable => ({
  host,
  target: describeRepositories,
  body: input,
  ...more,
});
const forms = {
  'in the header, with the hash of the body': (host, options) => signed(call(host), { at: now, ...options }),
  'in the header': (host, options) => signed(call(host), { at: now, applyChecksum: false, ...options }),
  'in the URL': (host, options) =>
    presigned(call(host, { body: '', query: { repositoryNames: 'there' } }), { at: now, expiresIn: 60, ...options }),
} satisfies Record<string, Sign>;
const {
  'in the header, with the hash of the body': hashed,
  'in the header': headed,
  'in the URL': inUrl,
}: Record<keyof typeof forms, Sign> = forms;

const invalid = (message: string): Refusal => ({ __type: 'InvalidSignatureException', message });
const incomplete = (message: string): Refusal => ({ __type: 'IncompleteSignatureException', message });
const wrong = invalid(
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
);
const unknown = {
  __type: 'UnrecognizedClientException',
  message: 'The security token included in the request is invalid.',
};
const missing = { __type: 'MissingAuthenticationTokenException', message: 'Missing Authentication Token' };
const otherDay = invalid(
  "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20261120' != '20261121', from '20261121T120000Z'.",
);
const otherService = invalid("Credential should be scoped to correct service: 'ecr'. ");
const noRegion = invalid("Credential should be scoped to a valid region, not 'nowhere'. ");
const otherEnd = invalid("Credential should be scoped with a valid terminator: 'aws4_request', not 'aws5_request'. ");

const header =
  (name: string, from: string | RegExp, to: string): Alter =>
  (request) => ({
    ...request,
    headers: request.headers.map(([n, value]) => [n, n.toLowerCase() === name ? value.replace(from, to) : value]),
  });
const without =
  (name: string): Alter =>
  (request) => ({ ...request, headers: request.headers.filter(([n]) => n.toLowerCase() !== name) });
const more =
  (name: string, value: string): Alter =>
  (request) => ({ ...request, headers: [...request.headers, [name, value]] });
const url =
  (from: string | RegExp, to: string): Alter =>
  (request) => ({ ...request, url: request.url.replace(from, to) });
const body =
  (text: string): Alter =>
  (request) => ({ ...request, body: text });
const inScope = (from: string, to: string) => header('authorization', `/${from}/`, `/${to}/`);
const inUrlScope = (from: string, to: string) => url(`%2F${from}%2F`, `%2F${to}%2F`);

const altered: readonly [what: string, sign: Sign, alter: Alter, refusal: Refusal][] = [
  ['the body', headed, body('{"repositoryNames":["other"]}'), wrong],
  ['the body, of an announced hash', hashed, body('{"repositoryNames":["other"]}'), wrong],
  ['the announced hash', hashed, header('x-amz-content-sha256', /^.*$/, 'UNSIGNED-PAYLOAD'), wrong],
  ['an empty body', headed, body(''), wrong],
  ['the operation', headed, header('x-amz-target', 'Describe', 'Delete'), wrong],
  ['the media type', headed, header('content-type', '1.1', '1.0'), wrong],
  ['a signed header less', headed, without('content-type'), wrong],
  ['the list of signed headers', headed, header('authorization', 'content-type;', ''), wrong],
  [
    'the list of signed headers, without the operation',
    headed,
    header('authorization', ';x-amz-target', ''),
    invalid("'X-Amz-Target' must be a 'SignedHeader' in the AWS Authorization."),
  ],
  [
    'the list of signed headers, without the host',
    headed,
    header('authorization', ';host', ''),
    invalid("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."),
  ],
  ['a session token', headed, more('x-amz-security-token', 'x'), unknown],
  ['a parameter more', headed, url(/$/, '?more=1'), wrong],
  ['the time', headed, header('x-amz-date', '120000', '120001'), wrong],
  ['the day of the scope', headed, inScope('20261121', '20261120'), otherDay],
  ['the region of the scope', headed, inScope('us-east-1', 'eu-west-1'), wrong],
  ['a region that is none', headed, inScope('us-east-1', 'nowhere'), noRegion],
  ['the service of the scope', headed, inScope('ecr', 'ecr-public'), otherService],
  ['the terminator of the scope', headed, header('authorization', 'aws4_request', 'aws5_request'), otherEnd],
  ['the access key', headed, header('authorization', key.accessKeyId, 'AKIDNOBODY'), unknown],
  ['a shorter signature', headed, header('authorization', /.$/, ''), wrong],
  ['a signature of one letter', headed, header('authorization', /Signature=.*$/, 'Signature=0'), wrong],
  ['a longer signature', headed, header('authorization', /$/, '0'), wrong],
  ['one letter of the signature', headed, header('authorization', /Signature=./, 'Signature=x'), wrong],
  [
    'an empty signature',
    headed,
    header('authorization', /Signature=.*$/, 'Signature='),
    incomplete("Authorization header requires 'Signature' parameter. Authorization=AWS4-HMAC-SHA256"),
  ],
  [
    'another algorithm',
    headed,
    header('authorization', 'SHA256', 'SHA512'),
    incomplete("Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA512' (only AWS4-HMAC-SHA256 for now). "),
  ],
  ['no Authorization', headed, without('authorization'), missing],
  ['an empty Authorization', headed, header('authorization', /^.*$/, ''), missing],

  ['a body for a presigned URL', inUrl, body(input), wrong],
  ['the operation of a presigned URL', inUrl, header('x-amz-target', 'Describe', 'Delete'), wrong],
  ['the media type of a presigned URL', inUrl, header('content-type', '1.1', '1.0'), wrong],
  ['a parameter of a presigned URL', inUrl, url('repositoryNames=there', 'repositoryNames=other'), wrong],
  ['a parameter more in a presigned URL', inUrl, url(/$/, '&repositoryNames=other'), wrong],
  ['a parameter less in a presigned URL', inUrl, url('repositoryNames=there&', ''), wrong],
  ['the time of a presigned URL', inUrl, url('T120000Z', 'T120001Z'), wrong],
  ['the expiry of a presigned URL', inUrl, url('Expires=60', 'Expires=604800'), wrong],
  ['the day of a presigned URL', inUrl, inUrlScope('20261121', '20261120'), otherDay],
  ['the region of a presigned URL', inUrl, inUrlScope('us-east-1', 'eu-west-1'), wrong],
  ['the service of a presigned URL', inUrl, inUrlScope('ecr', 'ecr-public'), otherService],
  ['the terminator of a presigned URL', inUrl, url('aws4_request', 'aws5_request'), otherEnd],
  ['the access key of a presigned URL', inUrl, url(key.accessKeyId, 'AKIDNOBODY'), unknown],
  ['a shorter signature of a presigned URL', inUrl, url(/(Signature=[0-9a-f]{63})./, '$1'), wrong],
  ['a session token in a presigned URL', inUrl, url(/$/, '&X-Amz-Security-Token=x'), unknown],
  [
    'no signature in a presigned URL',
    inUrl,
    url(/X-Amz-Signature=[0-9a-f]+&?/, ''),
    incomplete("AWS query-string parameters must include 'X-Amz-Signature'. Re-examine the query-string parameters."),
  ],
  ['no parameter of a signature in a presigned URL', inUrl, url(/\?.*$/, ''), missing],
];

/** Signatures that nobody has altered, but which another key or another time has made. */
const otherwise: readonly [what: string, sign: Sign, options: Signing & { expiresIn?: number }, refusal: Refusal][] = [
  ['another secret', headed, { secretAccessKey: 'other' }, wrong],
  ['another secret, with the hash of the body', hashed, { secretAccessKey: 'other' }, wrong],
  ['another secret in a presigned URL', inUrl, { secretAccessKey: 'other' }, wrong],
  ['an unknown key', hashed, { accessKeyId: 'AKIDNOBODY', secretAccessKey: 'other' }, unknown],
  [
    'a time more than five minutes ago',
    headed,
    { at: now - 5 * minutes - 1000 },
    invalid('Signature expired: 20261121T115459Z is now earlier than 20261121T115500Z (20261121T120000Z - 5 min.)'),
  ],
  [
    'a time more than five minutes ahead',
    headed,
    { at: now + 5 * minutes + 1000 },
    invalid(
      'Signature not yet current: 20261121T120501Z is still later than 20261121T120500Z (20261121T120000Z + 5 min.)',
    ),
  ],
  [
    'a presigned URL that has expired',
    inUrl,
    { at: now - minutes - 1000 },
    invalid('Signature expired: 20261121T115859Z is now earlier than 20261121T115900Z (20261121T120000Z - 1 min.)'),
  ],
  [
    'a presigned URL of more than a week',
    inUrl,
    { expiresIn: 604_800, at: now - 604_801_000 },
    invalid('Signature expired: 20261114T115959Z is now earlier than 20261114T120000Z (20261121T120000Z - 10080 min.)'),
  ],
];

for (const { name, describe: describeKind, start } of kinds) {
  describeKind(`a signature over the wire, at ${name}`, () => {
    let target: Target;
    beforeAll(async () => {
      target = await withRepository(start({ now }), now);
    });
    afterAll(() => target?.stop());

    const host = () => new URL(target.url).host;

    async function answerTo({ url, headers, body: text }: Request): Promise<{ status: number; body: unknown }> {
      // The host that was signed is the host that is reached.
      const sent = headers.filter(([n]) => n !== 'host') as [string, string][];
      const response = await fetch(url, { method: 'POST', headers: sent, ...(text === '' ? {} : { body: text }) });
      return { status: response.status, body: await response.json() };
    }

    it.each(Object.entries(forms))('%s is answered', async (_, sign: Sign) => {
      const times = [0, -59_000] as const;
      for (const ago of times) {
        const { status, body: answer } = await answerTo(await sign(host(), { at: now + ago }));
        expect(answer).toMatchObject({ repositories: [{ repositoryName: 'there' }] });
        expect(status).toBe(200);
      }
      expect(await target.calls()).toHaveLength(times.length);
    });

    it.each(altered)('is refused after a change: %s', async (_, sign, alter, refusal) => {
      const request = await sign(host());
      const changed = alter(request);
      expect(changed).not.toEqual(request);
      expect(await answerTo(changed)).toEqual({ status: 400, body: refusal });
      expect(await target.calls()).toEqual([]);
    });

    it.each(otherwise)('is refused: %s', async (_, sign, options, refusal) => {
      expect(await answerTo(await sign(host(), options))).toEqual({ status: 400, body: refusal });
      expect(await target.calls()).toEqual([]);
    });

    it('is refused at another host than the one that was signed', async () => {
      const request = await headed('localhost:1');
      const { origin } = new URL(target.url);
      expect(await answerTo({ ...request, url: `${origin}/` })).toEqual({ status: 400, body: wrong });
      expect(await target.calls()).toEqual([]);
    });
  });
}
