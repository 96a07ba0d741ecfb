import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithWorkerd } from '../workers/miniflare.ts';
import { digestOf, finish, MiB, patch, patterned, pulledDigest, startUpload } from './client.ts';
import { signal } from './signal.ts';
import { WatchedRegistry } from './watched-registry.ts';

describeWithWorkerd('a PATCH of a slow client', () => {
  const bytes = patterned(20 * MiB + 7);
  const digest = digestOf(bytes);
  let registry: WatchedRegistry;

  beforeAll(async () => {
    registry = await WatchedRegistry.start();
  });
  afterAll(() => registry?.worker.dispose());

  it('may take longer than an upload without new content is kept', async () => {
    const { send } = registry;
    const upload = await startUpload(send, 'slow');
    registry.steps();
    let sent = 0;
    const stored = Array.from({ length: 3 }, signal);
    registry.at('after put', (before) => stored[before]?.give());
    const body = new ReadableStream(
      {
        async pull(controller) {
          // Each piece but the first one comes 45 minutes after the one before it is in the bucket.
          if (sent > 0) await stored[sent / (8 * MiB) - 1]?.given;
          if (sent > 0) await registry.collect(0.75);
          controller.enqueue(bytes.subarray(sent, sent + 8 * MiB));
          sent += 8 * MiB;
          if (sent >= bytes.length) controller.close();
        },
      },
      { highWaterMark: 0 },
    );
    await finish(send, await patch(send, upload, body), digest);
    expect(registry.steps().calls).toEqual([
      ...['planPieces', 'appendPieces', 'planPieces', 'appendPieces', 'planPieces', 'appendPieces'],
      'finishUpload',
    ]);
    expect(await pulledDigest(send, 'slow', digest)).toBe(digest);
  });
});
