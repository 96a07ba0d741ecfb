import { connectRegistry } from '../src/index.ts';

// A page that pushes a blob, and never comes to its end.
const url = new URL('./worker.ts', import.meta.url);
const worker = new SharedWorker(url, { type: 'module', name: 'of two pages' });
const registry = await connectRegistry(worker);
const content = new ReadableStream<Uint8Array>({ start: (controller) => controller.enqueue(new Uint8Array(10)) });
const pushing = registry.distribution.putBlob({ host: 'localhost', path: 'web' }, `sha256:${'0'.repeat(64)}`, content);
// The worker answers calls in their order, so it has begun the push.
await registry.guarantees();
parent.postMessage('pushing');
await pushing;
