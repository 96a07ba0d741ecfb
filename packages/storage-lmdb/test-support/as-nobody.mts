import { lmdbStorage } from '../src/index.ts';

/* Tries to open folders as a user who is not root, which may write anywhere, and prints what that says, a line each. */

if (process.getuid?.() === 0) process.setuid?.(65_534);
for (const folder of process.argv.slice(2)) {
  try {
    lmdbStorage(folder);
    console.log('opened');
  } catch (error) {
    console.log(error instanceof Error ? error.message : error);
  }
}
