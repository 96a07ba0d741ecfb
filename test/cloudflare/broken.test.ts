import { type ClientRequest, request } from 'node:http';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { describeWithWorkerd } from '../workers/miniflare.ts';
import { authorization, MiB, nextByte, pulledDigest, pushBlob, resume, startUpload } from './client.ts';
import { all, digest, large, repository, small } from './interrupted-push.ts';
import { signal } from './signal.ts';
import { WatchedRegistry } from './watched-registry.ts';

describeWithWorkerd('a PATCH that breaks off', () => {
  let registry: WatchedRegistry;
  let upload: string;

  beforeEach(async () => {
    registry = await WatchedRegistry.start();
    await pushBlob(registry.send, repository, small);
    upload = await startUpload(registry.send, repository);
  });
  afterEach(() => registry?.worker.dispose());

  /** Sends all bytes to the upload. The test has the request fail. */
  async function expectFailure(status: number): Promise<void> {
    const failed = await registry.send(upload, { method: 'PATCH', body: large });
    expect(failed.status, await failed.text()).toBe(status);
  }

  /** Begins a PATCH of the upload whose client can go away. */
  function beginRequest(): { sent: ClientRequest; leave: () => Promise<void> } {
    const sent = request(new URL(upload, registry.url), { method: 'PATCH', headers: { authorization } });
    const broken = new Promise((resolve) => sent.once('error', resolve));
    const leave = async () => {
      // Only a reset tells workerd that the client is gone. A client that has closed its side may still read the answer.
      sent.socket?.resetAndDestroy();
      await broken;
    };
    return { sent, leave };
  }

  /** Checks that the upload stands at this byte and that there is no blob, and goes on as a client does. */
  async function expectResumedAt(byte: number): Promise<void> {
    const { send } = registry;
    expect(await nextByte(send, upload)).toBe(byte);
    expect((await send(`/v2/${repository}/blobs/${digest}`)).status).toBe(404);
    await resume(send, upload, large);
    await registry.collect(3);
    expect(await registry.pieces()).toEqual(all);
    expect(await pulledDigest(send, repository, digest)).toBe(digest);
  }

  it('because the object stops before the record leaves the upload as it was', async () => {
    registry.next('appendPieces', () => 'abort');
    await expectFailure(503);
    // They are in the bucket, and no record names them.
    expect(await registry.pieces()).toEqual(all);
    await expectResumedAt(0);
  });

  it('because the object stops after the record has added all of its content', async () => {
    registry.next('after appendPieces', () => 'abort');
    await expectFailure(503);
    await expectResumedAt(large.length);
  });

  it('because the bucket does not take a piece goes on after the last piece before it', async () => {
    let refused: string | undefined;
    registry.at('put', (before, key) => {
      if (before === 1) refused = key;
      return key === refused ? 'fail' : undefined;
    });
    await expectFailure(500);
    registry.at('put', () => undefined);
    await expectResumedAt(8 * MiB);
  });

  it('because its client goes away goes on after the last piece that was stored', async () => {
    const [stored, recorded] = [signal(), signal()];
    registry.at('after put', (before) => (before === 1 ? stored.give() : undefined));
    registry.next('after appendPieces', recorded.give);
    // The end of the body never comes.
    const client = beginRequest();
    client.sent.write(large);
    await stored.given;
    await client.leave();
    await recorded.given;
    await expectResumedAt(16 * MiB);
  });

  it('because its client goes away after the last byte has all of its content', async () => {
    const [storing, left, recorded] = [signal(), signal(), signal()];
    registry.at('put', async (before) => {
      if (before < 2) return undefined;
      storing.give();
      await left.given;
      return undefined;
    });
    registry.next('after appendPieces', recorded.give);
    const client = beginRequest();
    client.sent.end(large);
    await storing.given;
    await client.leave();
    left.give();
    await recorded.given;
    await expectResumedAt(large.length);
  });

  it('leaves nothing in the bucket if its client never comes back', async () => {
    registry.next('appendPieces', () => 'abort');
    await expectFailure(503);
    await registry.collect(3);
    expect(await registry.pieces()).toEqual([1000]);
    expect((await registry.send(upload)).status).toBe(404);
    await pushBlob(registry.send, repository, large);
    expect(await registry.pieces()).toEqual(all);
  });
});
