import { lmdbStorage } from '../src/index.ts';

/* Puts five hundred pieces at once and reads them back at once. Run where a process may open only few files. */

const { bytes, close } = lmdbStorage(process.argv[2] ?? '');
const ids = Array.from({ length: 500 }, (_, n) => `piece-${n}`);
await Promise.all(ids.map((id, n) => bytes.put(id, new Uint8Array(1000).fill(n))));
const pieces = await Promise.all(ids.map((id) => bytes.get(id)));
await close();
console.log(pieces.filter((piece, n) => piece?.length === 1000 && piece.every((byte) => byte === n % 256)).length);
