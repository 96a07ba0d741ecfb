import { setImmediate } from 'node:timers/promises';
import { lmdbStorage } from '../src/index.ts';

/* Opens a folder, says so, and keeps it open until it is killed. The storage is garbage, and collected if it can be. */

lmdbStorage(process.argv[2] ?? '');
for (let times = 0; times < 3; times++) {
  await setImmediate();
  globalThis.gc?.();
}
process.stdout.write('open\n');
setInterval(() => undefined, 60_000);
