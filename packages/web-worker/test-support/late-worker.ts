import { createRegistry } from '@coracle/registry';
import { runRegistry } from '../src/index.ts';

// What a page sends before this is over is lost.
const registry = createRegistry();
await registry.seed({ private: { late: [] } });
runRegistry(registry);
