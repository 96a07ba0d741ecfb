import type { Json, StoredRecord } from '@coracle/core';

const maxKeyBytes = 512;
const maxValueBytes = 64 * 1024;

export const isKey = (key: string): boolean =>
  key.length >= 1 && key.length <= maxKeyBytes && /^[\x20-\x7e]+$/.test(key);

/** A record as it is read: its version and value, as a list in JSON. */
export function recordOf(key: string, text: string): StoredRecord {
  const [version, value] = JSON.parse(text) as [string, Json];
  return { key, version, value };
}

/** A record as it is written. @throws Error where the store cannot hold it, saying what to do */
export function textOf({ key, version, value }: StoredRecord): string {
  if (!isKey(key)) {
    const shown = key.length > 80 ? `${key.slice(0, 80)}…` : key;
    throw new Error(
      `lmdbStorage cannot put a record under ${JSON.stringify(shown)} (${key.length} characters): ` +
        `shorten or encode the key to 1 to ${maxKeyBytes} printable ASCII characters.`,
    );
  }
  const json: string | undefined = JSON.stringify(value);
  if (json === undefined) {
    throw new Error(`lmdbStorage cannot put ${typeof value} under ${JSON.stringify(key)}: make the value JSON.`);
  }
  const size = Buffer.byteLength(json);
  if (size > maxValueBytes) {
    throw new Error(
      `lmdbStorage cannot put ${size} bytes of JSON under ${JSON.stringify(key)}: ` +
        `keep the value to ${maxValueBytes} bytes and put larger content into the byte store.`,
    );
  }
  return `[${JSON.stringify(version)},${json}]`;
}
