import { engineRules, storageRules } from '@coracle/storage-suite';
import { describe, it } from 'vitest';
import { memoryStorage } from './index.ts';

const subject = {
  open: async () => memoryStorage(),
  guarantees: { atomicCommit: true, freshReads: true, remote: false },
};

describe('the contract, in workerd', () => {
  for (const rule of storageRules(subject)) it(rule.name, rule.run);
});

describe('the engine on it, in workerd', () => {
  for (const rule of engineRules(subject)) it(rule.name, rule.run);
});
