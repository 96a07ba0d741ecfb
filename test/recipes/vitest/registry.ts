import { createRegistry } from '@coracle/registry';
import { test as base } from 'vitest';

const registry = createRegistry();
const seeded = registry.seed({ public: { 'team/web': ['v1', 'v2'] } }).then(() => registry.snapshot());

/** Gives each test the same registry in the state of the seed. */
export const test = base.extend('registry', async () => {
  await registry.restore(await seeded);
  return registry;
});
