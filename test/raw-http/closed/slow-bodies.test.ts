import { createHash } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { basic, type key, signed } from './credentials.ts';
import { callOf, kinds, type Target, withRepository } from './targets.ts';

/** Strangers who send large bodies so slowly that they never end, while callers go on with their work. */

const MiB = 1024 * 1024;
const crlf = '\r\n';
const strangers = 60;
const uploadLayerPart = 'AmazonEC2ContainerRegistry_V20150921.UploadLayerPart';

interface Slow {
  readonly line: string;
  readonly headers?: () => Promise<readonly (readonly [string, string])[]>;
  /** The status that strangers may see; undefined if they may also wait for it. */
  readonly status: number;
}

const signedBy = async (credentials: Partial<typeof key>) => {
  const call = { host: 'localhost', target: uploadLayerPart, body: 'never sent' };
  return (await signed(call, { ...credentials, applyChecksum: false })).headers;
};

const bodies: Readonly<Record<string, Slow>> = {
  'a chunk of an upload': {
    line: `PATCH /v2/there/blobs/uploads/00000000-0000-4000-8000-000000000000`,
    status: 401,
  },
  'a whole blob': { line: `POST /v2/there/blobs/uploads/?digest=sha256:${'0'.repeat(64)}`, status: 401 },
  'a manifest': { line: 'PUT /v2/there/manifests/v1', status: 401 },
  'an unsigned call': {
    line: 'POST /',
    headers: async () => [['x-amz-target', uploadLayerPart]],
    status: 400,
  },
  'a call that is signed with an unknown key': {
    line: 'POST /',
    headers: () => signedBy({ accessKeyId: 'AKIDNOBODY' }),
    status: 400,
  },
  'a call of another day': {
    line: 'POST /',
    headers: async () =>
      (await signedBy({})).map(([name, value]) => [name, name === 'x-amz-date' ? '20200101T000000Z' : value]),
    status: 400,
  },
};

for (const { name, describe, isWorker, start } of kinds) {
  describe(`${strangers} slow bodies at ${name}`, () => {
    let target: Target;
    beforeAll(async () => {
      target = await withRepository(start({ createOnPush: true }));
    });
    afterAll(() => target?.stop());

    /** Opens a connection that sends the head of a request with 30 MiB, and only the first bytes of its body. */
    async function begin(line: string, headers: readonly (readonly [string, string])[]): Promise<Socket> {
      const { hostname, port } = new URL(target.url);
      const socket = connect(Number(port), hostname);
      onTestFinished(() => void socket.destroy());
      socket.on('error', () => undefined);
      const all = [['host', 'localhost'], ...headers.filter(([n]) => n !== 'host'), ['content-length', 30 * MiB]];
      const head = [`${line} HTTP/1.1`, ...all.map((pair) => pair.join(': ')), '', 'begun'].join(crlf);
      await new Promise<void>((resolve) => socket.write(head, () => resolve()));
      return socket;
    }

    const firstLine = (socket: Socket): Promise<string> =>
      new Promise((resolve) => socket.once('data', (bytes) => resolve(bytes.toString('latin1').split(crlf)[0] ?? '')));

    it.each(Object.entries(bodies))('%s', async (_, { line, headers = async () => [], status }) => {
      const given = await headers();
      const sockets = await Promise.all(Array.from({ length: strangers }, () => begin(line, given)));
      // workerd answers only when it need not wait for the rest of a body any more.
      const answers = isWorker ? [] : await Promise.all(sockets.map(firstLine));
      for (const answer of answers) expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
      expect(await target.calls()).toEqual([]);

      const bytes = Buffer.alloc(5 * MiB, sockets.length);
      const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
      const pushed = await fetch(`${target.url}/v2/there/blobs/uploads/?digest=${digest}`, {
        method: 'POST',
        headers: { authorization: basic },
        body: bytes,
      });
      expect(pushed.status).toBe(201);
      const login = await fetch(`${target.url}/token?scope=repository:there:pull`, {
        headers: { authorization: basic },
      });
      expect(login.status).toBe(200);
      expect((await callOf(target.url, 'ecr.DescribeRepositories', {})).status).toBe(200);
      await target.calls();
    });

    it('of forms for a token', async () => {
      const form: readonly [string, string][] = [['content-type', 'application/x-www-form-urlencoded']];
      const sockets = await Promise.all(Array.from({ length: strangers }, () => begin('POST /token', form)));
      // A form has at most 64 KiB, and is refused by its length alone.
      const answers = isWorker ? [] : await Promise.all(sockets.map(firstLine));
      for (const answer of answers) expect(answer).toMatch(/^HTTP\/1\.1 413 /);
      const body = new URLSearchParams({ grant_type: 'password', username: 'alice', password: 'open sesame' });
      expect((await fetch(`${target.url}/token`, { method: 'POST', body })).status).toBe(200);
      await target.calls();
    });
  });
}
