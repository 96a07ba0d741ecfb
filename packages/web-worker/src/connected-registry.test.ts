import { onTestFinished } from 'vitest';
import { describeConnectedRegistry } from '../test-support/describe-connected-registry.ts';
import { runTestRegistry } from '../test-support/registry-worker.ts';
import { connectRegistry } from './index.ts';

describeConnectedRegistry('a registry at the other end of a port', async () => {
  const { port1, port2 } = new MessageChannel();
  const stop = runTestRegistry(port2);
  const registry = await connectRegistry(port1);
  onTestFinished(async () => {
    await registry.close();
    stop();
    port1.close();
  });
  return registry;
});
