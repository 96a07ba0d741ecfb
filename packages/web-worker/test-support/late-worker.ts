import { createRegistry } from '@coracle/registry';
import { runRegistry } from '../src/index.ts';

// The messages that a page sends before this is over are lost.
const registry = createRegistry();
await registry.seed({ private: { late: [] } });
runRegistry(registry);
