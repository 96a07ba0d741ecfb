import { onTestFinished } from 'vitest';
import { describeConnectedRegistry } from '../test-support/describe-connected-registry.ts';
import { describeContent } from '../test-support/describe-content.ts';
import { describeHardCases } from '../test-support/describe-hard-cases.ts';
import type { Start } from '../test-support/given.ts';
import { connectRegistry } from './index.ts';

const url = new URL('../test-support/worker.ts', import.meta.url);

const inDedicatedWorker: Start = async () => {
  const worker = new Worker(url, { type: 'module' });
  onTestFinished(() => worker.terminate());
  return connectRegistry(worker);
};

let shared = 0;

const inSharedWorker: Start = async () => {
  const worker = new SharedWorker(url, { type: 'module', name: `registry-${++shared}` });
  onTestFinished(() => worker.port.close());
  return connectRegistry(worker);
};

for (const describeRegistry of [describeConnectedRegistry, describeContent, describeHardCases]) {
  describeRegistry('a registry in a dedicated worker', inDedicatedWorker);
  describeRegistry('a registry in a shared worker', inSharedWorker);
}
