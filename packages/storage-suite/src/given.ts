import type { Json, ListRange, RecordStore, StoredRecord } from '@coracle/registry/core';
import { must, sameJson, show } from './contract.ts';

let versions = 0;

/** Makes a record with a version that no other record has. */
export function fresh(key: string, value: Json = `value of ${key}`): StoredRecord {
  versions += 1;
  return { key, version: `v${versions}`, value };
}

/** Puts a new record under each of the given keys. Returns the records in the order of the keys. */
export async function given<const Keys extends readonly string[]>(
  records: RecordStore,
  keys: Keys,
): Promise<{ [At in keyof Keys]: StoredRecord }> {
  const put = keys.map((key) => fresh(key));
  await write(records, put);
  return put as { [At in keyof Keys]: StoredRecord };
}

/** Puts records in commits of at most one hundred records. */
export async function write(records: RecordStore, put: readonly StoredRecord[]): Promise<void> {
  for (let from = 0; from < put.length; from += 100) {
    const result = await records.commit({ put: put.slice(from, from + 100) });
    must(result.ok, 'refused a commit that expected nothing', 'it to succeed');
  }
}

/**
 * Checks that the storage returns exactly these records when it reads their keys. `when` completes the error text, such
 * as "after a commit".
 * @throws ContractBroken if a record is missing or different
 */
export async function mustHold(records: RecordStore, wanted: readonly StoredRecord[], when: string): Promise<void> {
  const found = await records.getMany(wanted.map((record) => record.key));
  for (const [at, record] of wanted.entries()) mustBe(found[at], record, when);
}

/**
 * Checks that the storage has no record under any of these keys. `when` completes the error text, such as "after a
 * commit".
 * @throws ContractBroken if it has a record under one of them
 */
export async function mustLack(records: RecordStore, keys: readonly string[], when: string): Promise<void> {
  const found = await records.getMany(keys);
  for (const record of found) must(record === undefined, `had the record ${show(record)} ${when}`, 'none there');
}

/**
 * Checks that the record `found`, which was read, equals the record `wanted`, which was put. `when` completes the error
 * text, such as "after a commit".
 * @throws ContractBroken if the record is missing or different
 */
export function mustBe(found: StoredRecord | undefined, wanted: StoredRecord, when: string): void {
  must(found !== undefined, `had nothing under ${show(wanted.key)} ${when}`, `${show(wanted)}`);
  must(
    found.key === wanted.key && found.version === wanted.version && sameJson(found.value, wanted.value),
    `gave ${show({ key: found.key, version: found.version, value: found.value })} ${when}`,
    `${show({ key: wanted.key, version: wanted.version, value: wanted.value })}`,
  );
}

/**
 * Checks that a list returns exactly these records in this order, and the expected value of `more`.
 * @throws ContractBroken if the list differs
 */
export async function mustList(
  records: RecordStore,
  range: ListRange,
  wanted: readonly StoredRecord[],
  more: boolean,
): Promise<void> {
  const page = await records.list(range);
  const keys = page.entries.map((record) => record.key);
  const wantedKeys = wanted.map((record) => record.key);
  must(sameJson(keys, wantedKeys), `answered list(${show(range)}) with ${show(keys)}`, `${show(wantedKeys)}`);
  page.entries.forEach((record, at) => {
    const put = wanted[at];
    if (put !== undefined) mustBe(record, put, 'from list');
  });
  must(page.more === more, `answered list(${show(range)}) with more: ${page.more}`, `more: ${more}`);
}

/** Returns the records in the order in which a storage must list them. */
export function sorted(records: Iterable<StoredRecord>): StoredRecord[] {
  return [...records].sort((left, right) => (left.key < right.key ? -1 : left.key > right.key ? 1 : 0));
}

/**
 * Makes a generator of pseudorandom whole numbers from 0 to below `end` (xorshift32). The same seed gives the same
 * numbers.
 */
export function dice(seed: number): (end: number) => number {
  let state = seed;
  return (end) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % end;
  };
}

/** Makes pseudorandom bytes. The same size and seed give the same bytes. */
export function randomBytes(size: number, seed = 20261121): Uint8Array {
  const roll = dice(seed);
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; at++) bytes[at] = roll(256);
  return bytes;
}
