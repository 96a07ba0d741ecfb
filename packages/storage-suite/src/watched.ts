import type { ByteStore, ListPage, ListRange, RecordStore, StoredRecord } from '@coracle/registry/core';
import { must, show, taken } from './contract.ts';

/** The functions that a wrapped record store or byte store calls when it writes. */
export interface Watch {
  /** Is called with keys or ids before they are written, so that they can be removed after the rule (named test). */
  writes(names: readonly string[]): void;
  /** Is called after a write was acknowledged. Resolves when every read sees the write. */
  settled(): Promise<void>;
}

/**
 * Wraps a record store so that each of its answers is checked. Each record must have a key, a version and a value. The
 * keys of a page must ascend, be in the requested range, and not exceed the limit. So no rule has to repeat these
 * checks.
 */
export function watchedRecords(plain: RecordStore, watch: Watch): RecordStore {
  return {
    guarantees: plain.guarantees,
    async getMany(keys) {
      const found = await taken(`getMany of ${keys.length} keys`, () => plain.getMany(keys));
      must(
        Array.isArray(found) && found.length === keys.length,
        `answered getMany of ${keys.length} keys with ${Array.isArray(found) ? found.length : show(found)} entries`,
        'one entry for each key asked',
      );
      found.forEach((record, at) => {
        if (record === undefined) return;
        mustBeRecord(record, 'getMany');
        must(
          record.key === keys[at],
          `gave the record ${show(record.key)} in place ${at} of getMany, where ${show(keys[at])} was asked`,
          'the records in the order asked',
        );
      });
      return found;
    },
    async list(range) {
      const page = await taken(`list(${show(range)})`, () => plain.list(range));
      mustBePage(page, range);
      return page;
    },
    async commit(change) {
      watch.writes((change.put ?? []).map((record) => record.key));
      const result = await taken(`commit(${show(change)})`, () => plain.commit(change));
      must(
        result.ok === true || (result.ok === false && typeof result.key === 'string'),
        `answered a commit with ${show(result)}`,
        '{ ok: true } or { ok: false, key }',
      );
      await watch.settled();
      return result;
    },
  };
}

/** Wraps a byte store so that the answer of each `get` is checked. The answer must be a Uint8Array or undefined. */
export function watchedBytes(plain: ByteStore, watch: Watch): ByteStore {
  return {
    maxBytes: plain.maxBytes,
    async put(id, bytes, options) {
      watch.writes([id]);
      const size = bytes.length;
      await taken(`a piece of ${size} bytes under ${show(id)}`, () => plain.put(id, bytes, options));
      await watch.settled();
    },
    async get(id, options) {
      const found = await taken(`get of the piece ${show(id)}`, () => plain.get(id, options));
      // The tag is checked and not `instanceof`, so that a Buffer and a Uint8Array of another realm are accepted.
      must(
        found === undefined || Object.prototype.toString.call(found) === '[object Uint8Array]',
        `answered get with ${show(found)}`,
        'a Uint8Array, or undefined where there is no piece',
      );
      return found;
    },
    async remove(ids) {
      await taken(`the removal of ${ids.length} pieces`, () => plain.remove(ids));
      await watch.settled();
    },
  };
}

function mustBeRecord(record: StoredRecord, from: string): void {
  must(
    typeof record === 'object' &&
      record !== null &&
      typeof record.key === 'string' &&
      typeof record.version === 'string' &&
      record.value !== undefined,
    `gave ${show(record)} from ${from}`,
    'records with a key, a version and a value',
  );
}

function mustBePage(page: ListPage, range: ListRange): void {
  must(
    Array.isArray(page.entries) &&
      typeof page.more === 'boolean' &&
      ['string', 'undefined'].includes(typeof page.resume),
    `answered list with ${show(page)}`,
    '{ entries, more } and, if the store likes, a resume that is a string',
  );
  must(
    page.entries.length <= range.limit,
    `gave ${page.entries.length} records where the limit was ${range.limit}`,
    'at most as many as the limit',
  );
  must(
    !page.more || page.entries.length === range.limit,
    `gave ${page.entries.length} records with more: true where the limit was ${range.limit}`,
    'a full page whenever there is more',
  );
  let before = range.after;
  for (const record of page.entries) {
    mustBeRecord(record, 'list');
    must(
      record.key.startsWith(range.prefix),
      `listed ${show(record.key)} under the prefix ${show(range.prefix)}`,
      'only keys that start with the prefix',
    );
    must(
      before === undefined || record.key > before,
      `listed ${show(record.key)} after ${show(before)}`,
      'ascending keys by ASCII code, all of them after `after`',
    );
    before = record.key;
  }
}
