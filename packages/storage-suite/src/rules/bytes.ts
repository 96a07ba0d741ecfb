import type { ByteStore } from '@coracle/registry/core';
import { firstDifference, must, show } from '../contract.ts';
import { fresh, mustHold, mustLack, mustList, randomBytes } from '../given.ts';
import type { RuleText } from '../rule.ts';

const leastMaxBytes = 20 * 1024 * 1024;

/**
 * The number of ids that were made so far. Each id has 32 hexadecimal digits, like those of the engine, and is unique.
 */
let ids = 0;
const newId = () => (++ids).toString(16).padStart(32, 'c0');

async function mustGive(bytes: ByteStore, id: string, wanted: Uint8Array, when: string): Promise<void> {
  const found = await bytes.get(id);
  must(found !== undefined, `had no piece ${when}`, `the ${wanted.length} bytes that were put`);
  must(found.length === wanted.length, `gave ${found.length} bytes ${when}`, `${wanted.length} bytes`);
  const at = firstDifference(found, wanted);
  must(at === -1, `gave byte ${at} as ${found[at]} ${when}`, `${wanted[at]}, as it was put`);
}

async function mustHaveNone(bytes: ByteStore, id: string, when: string): Promise<void> {
  const found = await bytes.get(id);
  must(found === undefined, `gave ${found?.length} bytes ${when}`, 'undefined');
}

/** A Uint8Array whose method `slice` returns a view of the same memory and not a copy, as Node's Buffer does. */
class ViewingBytes extends Uint8Array<ArrayBuffer> {
  override slice(start?: number, end?: number): ViewingBytes {
    return new ViewingBytes(this.buffer, this.byteOffset + (start ?? 0), (end ?? this.length) - (start ?? 0));
  }
}

export const byteRules: readonly RuleText[] = [
  {
    name: 'pieces of 20 MiB are taken: maxBytes says so',
    async test({ bytes }) {
      must(
        Number.isSafeInteger(bytes.maxBytes) && bytes.maxBytes >= leastMaxBytes,
        `states maxBytes: ${bytes.maxBytes}`,
        `a whole number of at least ${leastMaxBytes}, since a part of a layer is stored as it came`,
      );
    },
  },
  {
    name: 'an unknown id gives undefined',
    async test({ bytes }) {
      await mustHaveNone(bytes, newId(), 'for an id that was never put');
    },
  },
  {
    name: 'an empty piece comes back empty, and is not taken for none',
    async test({ bytes }) {
      const id = newId();
      await bytes.put(id, new Uint8Array());
      await mustGive(bytes, id, new Uint8Array(), 'for an empty piece');
    },
  },
  {
    name: 'a piece of one byte comes back, be it 0, 10, 127, 128 or 255',
    async test({ bytes }) {
      for (const byte of [0, 10, 127, 128, 255]) {
        const id = newId();
        await bytes.put(id, Uint8Array.of(byte));
        await mustGive(bytes, id, Uint8Array.of(byte), `for a piece of the one byte ${byte}`);
      }
    },
  },
  {
    name: 'random bytes of any length come back exactly',
    async test({ bytes }) {
      for (const size of [2, 3, 255, 256, 1023, 4096, 65_535, 65_536, 65_537, 1_048_577]) {
        const [id, piece] = [newId(), randomBytes(size)];
        await bytes.put(id, piece);
        await mustGive(bytes, id, piece, `for a piece of ${size} random bytes`);
      }
    },
  },
  {
    name: 'the largest piece comes back exactly',
    async test({ bytes, largestPiece }) {
      const [id, piece] = [newId(), randomBytes(largestPiece)];
      await bytes.put(id, piece);
      await mustGive(bytes, id, piece, `for a piece of ${largestPiece} bytes`);
    },
  },
  {
    name: 'of a view only what it shows is stored, not the buffer behind it',
    async test({ bytes }) {
      const [id, whole] = [newId(), randomBytes(5000)];
      await bytes.put(id, whole.subarray(1001, 3001));
      await mustGive(bytes, id, whole.slice(1001, 3001), 'for a view of 2,000 bytes into 5,000');
    },
  },
  {
    name: 'changing the bytes after they were put does not change the piece',
    async test({ bytes }) {
      const wanted = randomBytes(5000);
      for (const piece of [wanted.slice(), ViewingBytes.from(wanted)]) {
        const id = newId();
        await bytes.put(id, piece);
        piece.fill(0);
        await mustGive(bytes, id, wanted, 'after the caller used its buffer again');
      }
    },
  },
  {
    name: 'changing the bytes that get gave does not change the piece',
    async test({ bytes }) {
      const [id, piece] = [newId(), randomBytes(5000)];
      await bytes.put(id, piece);
      for (let times = 0; times < 2; times++) {
        (await bytes.get(id))?.fill(0);
        await mustGive(bytes, id, piece, 'after the caller changed what get had given');
      }
    },
  },
  {
    name: 'a piece that is handed over comes back exactly, and a copy of it to whom may change it',
    async test({ bytes }) {
      const [id, wanted] = [newId(), randomBytes(5000)];
      await bytes.put(id, wanted.slice(), { handedOver: true });
      for (let times = 0; times < 2; times++) {
        const found = await bytes.get(id, { readOnly: true });
        must(
          found !== undefined && firstDifference(found, wanted) === -1,
          'gave other bytes to a reader that changes nothing',
          'the bytes as they were put',
        );
        (await bytes.get(id))?.fill(0);
      }
      await mustGive(bytes, id, wanted, 'after a caller changed what get had given of a piece that was handed over');
    },
  },
  {
    name: 'putting the same bytes again under their id is no failure',
    async test({ bytes }) {
      const [id, piece] = [newId(), randomBytes(5000)];
      await bytes.put(id, piece);
      await bytes.put(id, piece.slice());
      await mustGive(bytes, id, piece, 'after the same piece was put twice');
    },
  },
  {
    name: 'a removed piece is gone, and no other',
    async test({ bytes }) {
      const [kept, gone] = [newId(), newId()];
      await Promise.all([bytes.put(kept, Uint8Array.of(1)), bytes.put(gone, Uint8Array.of(2))]);
      await bytes.remove([gone]);
      await mustHaveNone(bytes, gone, 'for a removed piece');
      await mustGive(bytes, kept, Uint8Array.of(1), 'after another piece was removed');
    },
  },
  {
    name: 'removing no ids, absent ones or one id twice is no failure',
    async test({ bytes }) {
      const id = newId();
      await bytes.put(id, Uint8Array.of(1));
      await bytes.remove([]);
      await mustGive(bytes, id, Uint8Array.of(1), 'after nothing was removed');
      await bytes.remove([newId(), id, newId(), id]);
      await mustHaveNone(bytes, id, 'for a removed piece');
      await bytes.remove([id]);
    },
  },
  {
    name: 'a hundred pieces put at once all come back, and all go at once',
    async test({ bytes }) {
      const pieces = Array.from({ length: 100 }, (_, at) => ({ id: newId(), piece: randomBytes(at * 37, at + 1) }));
      await Promise.all(pieces.map(({ id, piece }) => bytes.put(id, piece)));
      await Promise.all(pieces.map(({ id, piece }) => mustGive(bytes, id, piece, 'after a hundred were put at once')));
      await bytes.remove(pieces.map(({ id }) => id));
      await Promise.all(pieces.map(({ id }) => mustHaveNone(bytes, id, 'after a hundred were removed at once')));
    },
  },
  {
    name: 'records and pieces do not meet, though a key and an id be the same',
    async test({ records, bytes }) {
      const [id, piece] = [newId(), randomBytes(100)];
      await bytes.put(id, piece);
      await mustLack(records, [id], 'where only a piece has the name');
      await mustList(records, { prefix: '', limit: 10 }, [], false);
      const record = fresh(id);
      const made = await records.commit({ expect: [{ key: id, version: null }], put: [record] });
      must(made.ok, `refused a record under ${show(id)} beside a piece of that name`, 'names of their own for each');
      await mustGive(bytes, id, piece, 'after a record of its name was put');
      await bytes.remove([id]);
      await mustHold(records, [record], 'after the piece of its name was removed');
      await mustHaveNone(bytes, id, 'where only a record has the name');
    },
  },
];
