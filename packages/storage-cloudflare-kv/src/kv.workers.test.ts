import { env } from 'cloudflare:test';
import { engineRules, storageRules } from '@coracle/storage-suite';
import { describe, it } from 'vitest';
import { kvStorage } from './index.ts';

/** workerd's KV on one machine has no caches: whatever was written is seen at once. */
const subject = (prefix: string) => ({
  open: async () => kvStorage(env.KV, { prefix }),
  settle: async () => undefined,
  guarantees: { atomicCommit: false, freshReads: false, remote: true },
});

describe('the contract, in workerd', () => {
  for (const rule of storageRules(subject(''))) it(rule.name, rule.run);
});

describe('the contract with a prefix, which is part of KV’s 512 bytes, in workerd', () => {
  const rules = storageRules(subject('some/registry/')).filter(({ name }) => !name.startsWith('keys of 512 bytes'));
  for (const rule of rules) it(rule.name, rule.run);
});

describe('the engine on it, in workerd', () => {
  for (const rule of engineRules(subject(''))) it(rule.name, rule.run);
});
