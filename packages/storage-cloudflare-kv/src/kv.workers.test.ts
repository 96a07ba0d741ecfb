import { env } from 'cloudflare:test';
import { engineRules, storageRules } from '@coracle/storage-suite';
import { describe, it } from 'vitest';
import { kvStorage } from './index.ts';

// workerd's KV on one machine has no caches: whatever was written is seen at once.
const settle = async () => undefined;
const guarantees = { atomicCommit: false, freshReads: false };

describe.each(['', 'a prefix/'])('with the prefix %j', (prefix) => {
  const subject = { open: async () => kvStorage(env.KV, { prefix }), settle, guarantees };

  describe('the contract, in workerd', () => {
    for (const rule of storageRules(subject)) it(rule.name, rule.run);
  });

  describe('the engine on it, in workerd', () => {
    for (const rule of engineRules(subject)) it(rule.name, rule.run);
  });
});
