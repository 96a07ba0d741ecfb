import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ambiguous, answersIn, credentials, exchange, head, headers, targets } from './abuse.ts';
import { basic } from './credentials.ts';
import { kinds, type Target, withRepository } from './targets.ts';

/**
 * Attempts of strangers at the edge of a closed registry: nothing lets them in, nothing is stored or asked of the
 * registry, and nothing that is stored is told. Callers with credentials are answered as by an open registry.
 */

const close = 'Connection: close';
const auth = `Authorization: ${basic}`;
const hidden = 'a-tag-that-is-not-told';
const manifest = '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}';

async function withImage(target: Promise<Target>): Promise<Target> {
  const started = await withRepository(target);
  const pushed = await fetch(`${started.url}/v2/there/manifests/${hidden}`, {
    method: 'PUT',
    headers: { authorization: basic, 'content-type': 'application/vnd.oci.image.index.v1+json' },
    body: manifest,
  });
  if (pushed.status !== 201) throw new Error(await pushed.text());
  await started.calls();
  return started;
}

for (const { name, describe: describeKind, isWorker, start } of kinds) {
  describeKind(name, () => {
    let closed: Target;
    let open: Target;
    let before: Awaited<ReturnType<Target['stored']>>;

    beforeAll(async () => {
      closed = await withImage(start({ createOnPush: true, quiet: true }));
      open = await withImage(start({ createOnPush: true, quiet: true, open: true }));
      before = await closed.stored();
    });
    afterAll(() => Promise.all([closed?.stop(), open?.stop()]));

    /**
     * Sends bytes of a stranger, and returns the statuses of the answers.
     * @param mayFail whether workerd may answer 500 before it runs the Worker, because it does not read such a message
     */
    async function refused(text: string, mayFail = false): Promise<number[]> {
      await closed.calls();
      const received = await exchange(closed.url, text);
      const statuses = answersIn(received).map(({ status }) => status);
      for (const status of statuses) {
        if (!(mayFail && status === 500)) expect(Math.floor(status / 100)).toBe(4);
      }
      expect(received).not.toContain(hidden);
      // Only the registry itself can say that a token is none of its own.
      expect((await closed.calls()).filter((call) => call !== 'openToken')).toEqual([]);
      expect((await fetch(`${closed.url}/v2/`, { headers: { authorization: basic } })).status).toBe(200);
      return statuses;
    }

    /** Sends the same bytes of a caller to both registries, and returns the answer of the closed one. */
    async function answeredAlike(text: string): Promise<string> {
      const received = await exchange(closed.url, text);
      expect(answersIn(received)).toEqual(answersIn(await exchange(open.url, text)));
      return received;
    }

    it('answers those who may come in', async () => {
      expect(await answeredAlike(head('GET /v2/there/tags/list', [auth, close]))).toContain(hidden);
    });

    describe.each(targets.map((target) => [target.slice(0, 80), target] as const))('a request for %s', (_, target) => {
      it.each(['GET', 'HEAD', 'PUT', 'POST', 'PATCH', 'DELETE'])(
        'by %s is refused without credentials',
        async (method) => {
          const text = head(`${method} ${target}`, ['Content-Length: 0', close]);
          expect(await refused(text, isWorker && target.startsWith('http:'))).toHaveLength(1);
        },
      );

      it('is answered as in an open registry with credentials', async () => {
        await answeredAlike(head(`GET ${target}`, [auth, close]));
      });
    });

    it.each(Object.entries(headers))('a request with %s is refused without credentials', async (_, more) => {
      for (const line of ['GET /v2/there/tags/list', 'PUT /v2/there/manifests/x', 'POST /v2/new/blobs/uploads/']) {
        expect(await refused(head(line, [...more, 'Content-Length: 0', close]))).toHaveLength(1);
      }
    });

    it.each(Object.entries(headers))('a request with %s is answered as in an open registry', async (_, more) => {
      await answeredAlike(head('GET /v2/there/tags/list', [auth, ...more, close]));
    });

    it.each(Object.entries(credentials))('%s is refused as credentials', async (_, given) => {
      for (const line of ['GET /v2/', 'GET /v2/there/tags/list', 'POST /v2/new/blobs/uploads/', 'GET /token']) {
        const [status] = await refused(head(line, [`Authorization: ${given}`, 'Content-Length: 0', close]));
        expect([401, 431]).toContain(status);
      }
    });

    it('two Authorization headers are not more than one', async () => {
      const [wrong, right] = [`Authorization: Basic ${btoa('eve:x')}`, auth];
      await refused(head('GET /v2/there/tags/list', [wrong, right, close]));
    });

    it('credentials count only for their own request on a connection', async () => {
      const line = 'GET /v2/there/tags/list';
      const received = await exchange(closed.url, head(line, [auth]) + head(line) + head(line, [auth, close]));
      expect(answersIn(received).map(({ status }) => status)).toEqual([200, 401, 200]);
    });

    it.each(Object.entries(ambiguous))('no request hides behind %s', async (_, textOf) => {
      const inner = head('GET /v2/there/tags/list', [close]);
      await closed.calls();
      await refused(textOf([], inner), isWorker);
      // The inner request has no credentials, and must not get those of the outer one.
      const received = await exchange(closed.url, textOf([auth], inner));
      expect(received).not.toContain(hidden);
      const [outer, second, ...rest] = answersIn(received);
      expect([202, 400, ...(isWorker ? [500] : [])]).toContain(outer?.status);
      expect([400, 401, undefined]).toContain(second?.status);
      expect(rest).toEqual([]);
      await closed.calls();
    });

    it('a flood of uploads is refused without credentials', async () => {
      const uploads = ['POST /v2/there/blobs/uploads/', 'POST /v2/flood/blobs/uploads/?digest=sha256:1'];
      const one = uploads.map((line) => head(line, ['Content-Length: 0'])).join('');
      const many = one.repeat(50) + head('GET /v2/', [close]);
      const received = await Promise.all(Array.from({ length: 20 }, () => exchange(closed.url, many)));
      const statuses = received.flatMap((text) => answersIn(text).map(({ status }) => status));
      expect(new Set(statuses)).toEqual(new Set([401]));
      expect(statuses).toHaveLength(20 * 101);
      expect(await closed.calls()).toEqual([]);
    });

    it('has stored nothing of all this', async () => {
      expect(await closed.stored()).toEqual(before);
    });
  });
}
