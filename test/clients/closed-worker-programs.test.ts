import { test as base } from '../support/clients.ts';
import { bundled } from '../workers/bundle.ts';
import { describeWithWorkerd, startWorker } from '../workers/miniflare.ts';
import { type Closed, closedRegistry, describePrograms, key } from './closed-programs.ts';

/** Programs on the closed Worker; `closed.test.ts` tests the server. */

const test = base.extend<Closed>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads what a fixture needs from this pattern.
  url: async ({}, use) => {
    const worker = startWorker(await bundled(new URL('../conformance/closed-worker.ts', import.meta.url)), {
      host: '127.0.0.1',
      // podman tries HTTPS first. A workerd without HTTPS does not refuse that, so that podman waits for ten seconds.
      https: true,
      bindings: {
        STORAGE: 'object',
        AWS_ACCESS_KEY_ID: key.accessKeyId,
        AWS_SECRET_ACCESS_KEY: key.secretAccessKey,
        TOKEN_SECRET: 'x'.repeat(32),
      },
      r2Buckets: ['PIECES'],
      durableObjects: { REGISTRY: { className: 'CoracleRegistry', useSQLite: true } },
    });
    await use((await worker.ready).origin);
    await worker.dispose();
  },
  ...closedRegistry,
});

describeWithWorkerd('programs on a closed Worker', () => describePrograms('a closed Worker', test));
