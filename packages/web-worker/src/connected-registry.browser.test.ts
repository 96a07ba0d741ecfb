import { onTestFinished } from 'vitest';
import { describeConnectedRegistry, type Start } from '../test-support/describe-connected-registry.ts';
import { describeHardCases } from '../test-support/describe-hard-cases.ts';
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

describeConnectedRegistry('a registry in a dedicated worker', inDedicatedWorker);
describeConnectedRegistry('a registry in a shared worker', inSharedWorker);
describeHardCases('a registry in a dedicated worker', inDedicatedWorker);
describeHardCases('a registry in a shared worker', inSharedWorker);
