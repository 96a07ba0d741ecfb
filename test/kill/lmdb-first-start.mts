import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { lmdbStorage } from '@coracle/storage-lmdb';

/*
 * Opens a folder and is killed by SIGKILL before one of the calls to the file system by which the storage changes
 * something there; a second argument says before which. If nothing killed it, it prints how many such calls there were.
 */

const [folder = '', at] = process.argv.slice(2);
let calls = 0;
for (const name of ['mkdirSync', 'openSync', 'writeSync', 'fsyncSync', 'chmodSync', 'rmSync', 'unlinkSync'] as const) {
  const call = fs[name] as (...args: readonly unknown[]) => unknown;
  const counted = (...args: readonly unknown[]): unknown => {
    if (calls++ === Number(at)) process.kill(process.pid, 'SIGKILL');
    return call(...args);
  };
  Object.assign(fs, { [name]: counted });
}
syncBuiltinESMExports();

await lmdbStorage(folder).close();
console.log(calls);
