import { createRegistry, type Registry } from '@coracle/registry';
import * as imageTar from '@coracle/registry/image-tar';
import { runRegistry } from '../src/index.ts';

/** The channel on which a worker says how a push of a blob has ended. */
export const endedPushes = 'ended-pushes';

/** Creates the registry of the tests. */
async function testRegistry(): Promise<Registry> {
  const registry = createRegistry({ endpoint: 'http://localhost:4747' });
  await registry.seed({ private: { web: [] } });
  const { putBlob } = registry.distribution;
  registry.distribution.putBlob = async (...args) => {
    try {
      return await putBlob(...args);
    } catch (error) {
      const channel = new BroadcastChannel(endedPushes);
      channel.postMessage(String((error as Error).cause));
      channel.close();
      throw error;
    }
  };
  return registry;
}

/** Runs the registry of the tests in this worker, or on a port. */
export const runTestRegistry = (port?: MessagePort) => runRegistry(testRegistry(), { imageTar, port });
