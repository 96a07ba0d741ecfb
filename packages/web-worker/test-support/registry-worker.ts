import { createRegistry, type Registry } from '@coracle/registry';
import * as imageTar from '@coracle/registry/image-tar';
import { runRegistry } from '../src/index.ts';

/** Creates the registry of the tests. */
export async function testRegistry(): Promise<Registry> {
  const registry = createRegistry({ endpoint: 'http://localhost:4747' });
  await registry.seed({ private: { web: [] } });
  return registry;
}

/** Runs the registry of the tests in this worker, or on a port. */
export const runTestRegistry = (port?: MessagePort) => runRegistry(testRegistry(), { imageTar, port });
