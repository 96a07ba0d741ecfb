import { describe, expect, it, onTestFinished } from 'vitest';
import { type Framing, type RawAnswer, RawConnection } from '../support/raw-connection.ts';
import { authorized } from './closed/credentials.ts';

/** Requests that are refused before their bodies were read. */

const KiB = 1024;
const MiB = 1024 * KiB;
export const sizes = [0, 64 * KiB, 128 * KiB, 4 * MiB + 1, 40 * MiB];
export const framings: readonly Framing[] = ['Content-Length', 'chunked', 'Expect', 'aborted by the client'];

const upload = '00000000-0000-4000-8000-000000000000';
const digest = `sha256:${'0'.repeat(64)}`;
const target = (operation: string) => ({
  'x-amz-target': `SpencerFrontendService.${operation}`,
  'content-type': 'application/x-amz-json-1.1',
});

export interface Refusal {
  readonly line: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The right status for a body of this many bytes. */
  readonly status: (size: number) => number;
}

const over = (most: number, tooLarge: number, otherwise: number) => (size: number) =>
  size > most ? tooLarge : otherwise;
const always = (status: number) => () => status;

const refusals: Readonly<Record<string, Refusal>> = {
  'a chunk of no upload': { line: `PATCH /v2/there/blobs/uploads/${upload}`, status: always(404) },
  'a chunk in no repository': { line: `PATCH /v2/nowhere/blobs/uploads/${upload}`, status: always(404) },
  'a chunk whose range is no range': {
    line: `PATCH /v2/there/blobs/uploads/${upload}`,
    headers: { 'content-range': 'from the start' },
    status: always(400),
  },
  'the end of no upload': { line: `PUT /v2/there/blobs/uploads/${upload}?digest=${digest}`, status: always(404) },
  'the end of an upload without a digest': { line: `PUT /v2/there/blobs/uploads/${upload}`, status: always(400) },
  'an upload in no repository': { line: 'POST /v2/nowhere/blobs/uploads/', status: always(404) },
  'a blob in no repository': { line: `POST /v2/nowhere/blobs/uploads/?digest=${digest}`, status: always(404) },
  'a blob whose digest is none': { line: 'POST /v2/there/blobs/uploads/?digest=sha256:1', status: always(400) },
  'an algorithm that is not known': {
    line: 'POST /v2/there/blobs/uploads/?digest-algorithm=md5',
    status: always(400),
  },
  'a manifest': { line: 'PUT /v2/there/manifests/latest', status: over(4 * MiB, 413, 400) },
  'a manifest in no repository': { line: 'PUT /v2/nowhere/manifests/latest', status: over(4 * MiB, 413, 404) },
  'a manifest whose tag is none': { line: 'PUT /v2/there/manifests/-', status: over(4 * MiB, 413, 400) },
  'a name that is none': { line: 'PUT /v2/THERE/manifests/latest', status: always(400) },
  'a path with nothing at it': { line: 'POST /v2/there', status: always(404) },
  'another path with nothing at it': { line: 'PUT /nothing/here', status: always(404) },
  'a method that a route has not': { line: 'POST /v2/there/tags/list', status: always(405) },
  'a method that / has not': { line: 'DELETE /', status: always(405) },
  'a method that /token has not': { line: 'PUT /token', status: always(405) },
  'the form of a token': { line: 'POST /token', status: over(64 * KiB, 413, 200) },
  'a GET with a body': { line: 'GET /v2/nowhere/tags/list', status: always(404) },
  'a HEAD with a body': { line: 'HEAD /v2/nowhere/manifests/latest', status: always(404) },
  'a call of no operation': { line: 'POST /', status: always(400) },
  'a call of an unknown operation': { line: 'POST /', headers: target('Nothing'), status: over(256 * KiB, 413, 400) },
  'a call of a small operation': {
    line: 'POST /',
    headers: target('DescribeRepositories'),
    status: (size) => (size === 0 ? 200 : size > 256 * KiB ? 413 : 400),
  },
  'a part of a layer': { line: 'POST /', headers: target('UploadLayerPart'), status: over(32 * MiB, 413, 400) },
};

/** Who sends the requests, and what they are answered. */
export interface Sender {
  /** Returns further headers of a request. */
  readonly headersOf: (refusal: Refusal, size: number) => Promise<Readonly<Record<string, string>>>;
  readonly status: (refusal: Refusal, size: number) => number;
  /** Checks the rest of an answer. */
  readonly check?: (refusal: Refusal, answer: RawAnswer) => void;
}

const usualStatus = ({ status }: Refusal, size: number): number => status(size);

/** A client of an open registry, who needs no credentials. */
const anyone: Sender = { headersOf: async () => ({}), status: usualStatus };

const targetOf = ({ headers = {} }: Refusal): string | undefined => headers['x-amz-target'];

/** A client of a closed registry with a signature or a password, who is answered as if access were open. */
export const caller: Sender = {
  headersOf: (refusal, size) =>
    authorized({ host: 'localhost', target: targetOf(refusal), body: Buffer.alloc(size, 'z') }),
  status: usualStatus,
};

/** A client of a closed registry without credentials, who is refused before the size of the body matters. */
export const stranger: Sender = {
  headersOf: async () => ({}),
  status(refusal, size) {
    if (/ \/v2\//.test(refusal.line)) return 401;
    if (targetOf(refusal) !== undefined) return 400;
    return refusal.line === 'POST /token' ? over(64 * KiB, 413, 401)(size) : refusal.status(size);
  },
  check(refusal, { status, headers, body }) {
    if (status === 401) expect(headers.get('www-authenticate')).toMatch(/^(?:Bearer|Basic) realm="http:/);
    if (targetOf(refusal) === undefined) return;
    const refused = { __type: 'MissingAuthenticationTokenException', message: 'Missing Authentication Token' };
    expect(body).toContain(JSON.stringify(refused));
  },
};

export interface EarlyRefusals {
  /** Whether the server may close a connection whose answer does not say so. */
  readonly closesUnsaid?: boolean;
  /** The sizes of the bodies, in bytes. */
  readonly sizes?: readonly number[];
  readonly sender?: Sender;
  readonly framings?: readonly Framing[];
  /** Is called after each request. */
  readonly after?: () => Promise<void>;
}

/**
 * Tests that each answer is right, that the connection is usable or closed afterwards, and that the server goes on.
 * @param url of a server whose registry has the private repository `there`
 */
export function refusesEarly(url: () => string, options: EarlyRefusals = {}): void {
  const { closesUnsaid = false, sizes: tried = sizes, framings: ways = framings, sender = anyone, after } = options;

  async function connected(): Promise<RawConnection> {
    const connection = await RawConnection.to(url());
    onTestFinished(() => connection.close());
    return connection;
  }

  describe.each(Object.entries(refusals))('%s', (_, refusal) => {
    it.each(ways.flatMap((framing) => tried.map((size) => ({ framing, size }))))(
      'of $size bytes, $framing',
      async ({ framing, size }) => {
        const { line } = refusal;
        const headers = { ...refusal.headers, ...(await sender.headersOf(refusal, size)) };
        const connection = await connected();
        const answer = await connection.request({ line, headers, size, framing });
        if (framing === 'aborted by the client') {
          expect(answer).toBeUndefined();
        } else {
          expect(answer?.status).toBe(sender.status(refusal, size));
          if (answer) sender.check?.(refusal, answer);
          const mayClose = closesUnsaid || connection.isClosed || answer?.headers.get('connection') === 'close';
          const next = await connection.get('/v2/');
          expect(mayClose ? [401, undefined] : [401]).toContain(next?.status);
        }
        expect((await (await connected()).get('/v2/'))?.status).toBe(401);
        await after?.();
      },
    );
  });
}
