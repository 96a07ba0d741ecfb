import { writeSync } from 'node:fs';
import { lmdbStorage } from '@coracle/storage-lmdb';

/*
 * Puts one piece of 16 MiB after the other, and commits thirty records after the other, until it is killed. It prints a
 * line for each that was acknowledged.
 */

const { records, bytes } = lmdbStorage(process.argv[2] ?? '');

async function pieces(): Promise<never> {
  for (let n = 0; ; n++) {
    await bytes.put(`piece-${n}`, new Uint8Array(16 * 1024 * 1024).fill(n));
    writeSync(1, `piece ${n}\n`);
  }
}

async function commits(): Promise<never> {
  for (let n = 0; ; n++) {
    const put = Array.from({ length: 30 }, (_, i) => ({ key: `key-${i}`, version: `${n}`, value: n }));
    await records.commit({ put });
    writeSync(1, `commit ${n}\n`);
  }
}

await Promise.race([pieces(), commits()]);
