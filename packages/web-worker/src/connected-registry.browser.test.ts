import { onTestFinished } from 'vitest';
import { describeConnectedRegistry } from '../test-support/describe-connected-registry.ts';
import { connectRegistry } from './index.ts';

const url = new URL('../test-support/worker.ts', import.meta.url);

describeConnectedRegistry('a registry in a dedicated worker', async () => {
  const worker = new Worker(url, { type: 'module' });
  onTestFinished(() => worker.terminate());
  return connectRegistry(worker);
});

let shared = 0;

describeConnectedRegistry('a registry in a shared worker', async () => {
  const worker = new SharedWorker(url, { type: 'module', name: `registry-${++shared}` });
  onTestFinished(() => worker.port.close());
  return connectRegistry(worker);
});
