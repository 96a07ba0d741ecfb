import { abortAllDurableObjects, env } from 'cloudflare:test';
import { engineRules, storageRules } from '@coracle/storage-suite';
import { describe, it } from 'vitest';
import { durableObjectStorage } from './index.ts';

const guarantees = { atomicCommit: true, freshReads: true, remote: true };
let names = 0;

describe.each([
  ['R2', env.BUCKET],
  ['KV', env.KV],
])('a Durable Object with pieces in %s', (_, pieces) => {
  const storage = () => durableObjectStorage(env.RECORDS, { pieces, name: `registry ${names}` });
  const subject = {
    guarantees,
    open: async () => {
      names++;
      return storage();
    },
    reopen: async () => {
      await abortAllDurableObjects();
      return storage();
    },
  };

  describe('keeps the contract', () => {
    for (const rule of storageRules(subject)) it(rule.name, rule.run);
  });

  describe('carries the engine', () => {
    for (const rule of engineRules(subject)) it(rule.name, rule.run);
  });
});
