import { lmdbStorage } from '../src/index.ts';

/*
 * Opens folders as a user who is not root, which may write anywhere, and keeps something in them. Prints how that went,
 * a line each.
 */

if (process.getuid?.() === 0) process.setuid?.(65_534);
for (const folder of process.argv.slice(2)) {
  try {
    const { records, bytes, close } = lmdbStorage(folder);
    await records.commit({ put: [{ key: 'kept', version: '1', value: 'by nobody' }] });
    await bytes.put('kept', Uint8Array.of(1));
    await close();
    console.log('kept');
  } catch (error) {
    console.log(error instanceof Error ? error.message : error);
  }
}
