import { Response as Answer, type Miniflare } from 'miniflare';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { bundled } from './bundle.ts';
import { describeWithWorkerd, startWorker } from './miniflare.ts';

/**
 * In workerd all that a request does stops when its client goes away, and its promises never settle. The requests that
 * come after it in the same isolate must not wait for any of them.
 */

/** Lets every call of the storage through, but for those that a test holds back. */
class Gate {
  readonly #held: { readonly call: RegExp; readonly arrived: () => void; readonly opened: Promise<void> }[] = [];

  /** Holds back the next call that matches. */
  hold(call: RegExp): { arrived: Promise<void>; open: () => void } {
    const arrived = signal();
    const opened = signal();
    this.#held.push({ call, arrived: arrived.give, opened: opened.given });
    return { arrived: arrived.given, open: opened.give };
  }

  async pass(call: string): Promise<void> {
    const at = this.#held.findIndex((it) => it.call.test(call));
    if (at < 0) return;
    const [held] = this.#held.splice(at, 1);
    held?.arrived();
    await held?.opened;
  }
}

function signal(): { given: Promise<void>; give: () => void } {
  let give = () => {};
  const given = new Promise<void>((resolve) => {
    give = resolve;
  });
  return { given, give: () => give() };
}

describeWithWorkerd('a request whose client goes away', () => {
  let script: string;
  let worker: Miniflare;
  let gate: Gate;
  let url: URL;

  beforeAll(async () => {
    script = await bundled(new URL('gated-worker.ts', import.meta.url));
  });

  beforeEach(async () => {
    await worker?.dispose();
    gate = new Gate();
    worker = startWorker(script, {
      serviceBindings: {
        GATE: async (request: { url: string }) => {
          await gate.pass(decodeURIComponent(new URL(request.url).pathname.slice(1)));
          return new Answer();
        },
      },
    });
    url = await worker.ready;
    expect((await call(`${ecr}.CreateRepository`, { repositoryName: 'web' })).status).toBe(200);
  });

  afterAll(() => worker?.dispose());

  const send = (path: string, { headers, ...init }: RequestInit = {}) =>
    fetch(new URL(path, url), { ...init, headers: { authorization: `Basic ${btoa('AWS:any')}`, ...headers } });

  const [ecr, ecrPublic] = ['AmazonEC2ContainerRegistry_V20150921', 'SpencerFrontendService'];
  const call = (target: string, input: unknown, init: RequestInit = {}) =>
    send('/', {
      method: 'POST',
      headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target },
      body: JSON.stringify(input),
      ...init,
    });

  async function startUpload(): Promise<string> {
    const response = await send('/v2/web/blobs/uploads/', { method: 'POST' });
    expect(response.status).toBe(202);
    return response.headers.get('location') ?? '';
  }

  /** Sends a request whose client goes away at the first call of the storage that matches. */
  async function abandonAt(storageCall: RegExp, request: (init: RequestInit) => Promise<Response>): Promise<void> {
    const { arrived } = gate.hold(storageCall);
    const client = new AbortController();
    const gone = expect(request({ signal: client.signal })).rejects.toThrow(/aborted/);
    await arrived;
    client.abort();
    await gone;
  }

  it('while it writes down ids for pieces leaves later uploads going', async () => {
    const [one, other] = [await startUpload(), await startUpload()];
    await abandonAt(/^commit\/lease/, (init) => send(one, { method: 'PATCH', body: 'hello', ...init }));
    expect((await send(other, { method: 'PATCH', body: 'hello' })).status).toBe(202);
    expect((await send(one, { method: 'PATCH', body: 'hello' })).status).toBe(202);
  });

  it('while it makes the secret for tokens leaves later logins going', async () => {
    await abandonAt(/^commit\/secret/, (init) => call(`${ecr}.GetAuthorizationToken`, {}, init));
    expect((await call(`${ecr}.GetAuthorizationToken`, {})).status).toBe(200);
  });

  it('while others wait for their turn on the same record leaves them going', async () => {
    expect((await call(`${ecrPublic}.CreateRepository`, { repositoryName: 'web' })).status).toBe(200);
    const resourceArn = 'arn:aws:ecr-public::123456789012:repository/web';
    const tag = (Key: string, init: RequestInit = {}) =>
      call(`${ecrPublic}.TagResource`, { resourceArn, tags: [{ Key, Value: 'x' }] }, init);
    /** Begins to write a tag, loses against another, and is left as it waits to write it in its turn. */
    const loser = async (key: string, winner: string, init: RequestInit = {}) => {
      const first = gate.hold(/^commit\/tags/);
      const answer = tag(key, init);
      await first.arrived;
      expect((await tag(winner)).status).toBe(200);
      const second = gate.hold(/^commit\/tags/);
      first.open();
      return { answer, second };
    };

    const client = new AbortController();
    const left = await loser('a', 'b', { signal: client.signal });
    await left.second.arrived;
    const gone = expect(left.answer).rejects.toThrow(/aborted/);
    client.abort();
    await gone;

    const waiting = await loser('c', 'd');
    waiting.second.open();
    expect((await waiting.answer).status).toBe(200);
    const listed = await call(`${ecrPublic}.ListTagsForResource`, { resourceArn });
    const { tags } = (await listed.json()) as { tags: { Key: string }[] };
    expect(tags.map(({ Key }) => Key).sort()).toEqual(['b', 'c', 'd']);
  });

  it('in the midst of an upload leaves what was stored, and the upload goes on from there', async () => {
    const upload = await startUpload();
    const first = new Uint8Array(8 * 1024 * 1024).fill(1);
    expect((await send(upload, { method: 'PATCH', body: first })).status).toBe(202);
    await abandonAt(/^put\//, (init) => send(upload, { method: 'PATCH', body: 'lost', ...init }));
    expect((await send(upload)).headers.get('range')).toBe(`0-${first.length - 1}`);
    expect((await send(upload, { method: 'PATCH', body: 'kept' })).status).toBe(202);
    expect((await send(upload)).headers.get('range')).toBe(`0-${first.length + 3}`);
  });
});
