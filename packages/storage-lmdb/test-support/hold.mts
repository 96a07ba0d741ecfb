import { lmdbStorage } from '../src/index.ts';

/* Opens a folder, says so, and keeps it open until it is killed. */

lmdbStorage(process.argv[2] ?? '');
process.stdout.write('open\n');
setInterval(() => undefined, 60_000);
