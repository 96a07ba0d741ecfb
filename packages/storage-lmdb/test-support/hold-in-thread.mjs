import { parentPort } from 'node:worker_threads';
import { tsImport } from 'tsx/esm/api';

// hold.mts in a thread: what it says when it cannot open the folder.
tsImport('./hold.mts', import.meta.url).catch((error) => parentPort.postMessage(error.message));
