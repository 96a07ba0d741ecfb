import type { ObjectState } from './bindings.ts';
import type { Row, RowChange, RowPage, RowRange } from './rows.ts';

/**
 * The number of characters after which an answer of the Durable Object ends; the caller then asks for the rest. An RPC
 * answer has at most 32 MiB, and a character takes up to 2 bytes.
 */
const answerCharacters = 12 * 1024 * 1024;

/**
 * The version of the SQLite tables. Code that changes the tables must increase this version and convert existing
 * tables.
 */
const schemaVersion = 1;

const found = 'SELECT key, version, value AS json FROM records WHERE key = ?';
const versionOf = 'SELECT version FROM records WHERE key = ?';
const put =
  'INSERT INTO records (key, version, value) VALUES (?, ?, ?) ' +
  'ON CONFLICT (key) DO UPDATE SET version = excluded.version, value = excluded.value';
const remove = 'DELETE FROM records WHERE key = ?';
const listed = (value: string) =>
  `SELECT key, version, ${value} AS json FROM records WHERE key >= ? AND key < ? ORDER BY key LIMIT ?`;
const [listedWhole, listedKeys] = [listed('value'), listed("'null'")];

/** The rows of a registry in the SQLite database of a Durable Object. */
export class SqlRows {
  readonly #storage: ObjectState['storage'];

  constructor(storage: ObjectState['storage']) {
    this.#storage = storage;
    this.#prepare();
  }

  /**
   * Reads the rows under the given keys, in the order of the keys. An element is null if its key has no row. If the
   * rows do not fit into one answer, the method returns only the first rows.
   */
  getMany(keys: readonly string[]): (Row | null)[] {
    const rows: (Row | null)[] = [];
    let characters = 0;
    for (const key of keys) {
      if (characters > answerCharacters) break;
      const row = (this.#storage.sql.exec(found, key).toArray()[0] as Row | undefined) ?? null;
      rows.push(row);
      characters += sizeOf(row);
    }
    return rows;
  }

  /**
   * Lists a page of rows in the order of their keys. If the page does not fit into one answer, the method returns only
   * the first rows.
   */
  list({ prefix, after, limit, keysOnly }: RowRange): RowPage {
    const rows: Row[] = [];
    let characters = 0;
    // Keys are printable ASCII, from the space to the tilde. So the smallest key after `after` is `after` with a space at
    // its end, and all keys with the prefix sort before the prefix with a DEL at its end.
    const [first, end] = [after < prefix ? prefix : `${after} `, `${prefix}\u007f`];
    for (const row of this.#storage.sql.exec(keysOnly ? listedKeys : listedWhole, first, end, limit + 1)) {
      if (rows.length === limit || characters > answerCharacters) return { rows, more: true };
      rows.push(row as unknown as Row);
      characters += sizeOf(row as unknown as Row);
    }
    return { rows, more: false };
  }

  /**
   * Applies all writes of a change and returns null. If the stored version of a record differs from the expected
   * version, the method applies nothing and returns the key of that record.
   */
  commit(change: RowChange): string | null {
    return this.#storage.transactionSync(() => {
      if (change.again && this.#isApplied(change)) return null;
      for (const { key, version } of change.expect) if (this.#versionOf(key) !== version) return key;
      const { sql } = this.#storage;
      for (const { key, version, json } of change.put) sql.exec(put, key, version, json);
      for (const key of change.remove) sql.exec(remove, key);
      return null;
    });
  }

  /**
   * Returns whether a change was applied before. Versions are unique, so one row with a version from the change shows
   * that all of the change was applied.
   */
  #isApplied({ put, remove }: RowChange): boolean {
    if (put.length > 0) return put.some(({ key, version }) => this.#versionOf(key) === version);
    return remove.length > 0 && remove.every((key) => this.#versionOf(key) === null);
  }

  #versionOf(key: string): string | null {
    return this.#storage.sql.exec(versionOf, key).toArray()[0]?.version ?? null;
  }

  #prepare(): void {
    const { sql } = this.#storage;
    sql.exec('CREATE TABLE IF NOT EXISTS schema (version INTEGER NOT NULL)');
    const stored = Number(sql.exec('SELECT version FROM schema').toArray()[0]?.version ?? 0);
    if (stored > schemaVersion) {
      throw new Error(
        `This Durable Object was written by a newer version of Coracle: its tables have version ` +
          `${stored}, and this version of Coracle reads only up to version ${schemaVersion}. Deploy the newer version again.`,
      );
    }
    if (stored === schemaVersion) return;
    this.#storage.transactionSync(() => {
      sql.exec(
        'CREATE TABLE records (key TEXT PRIMARY KEY, version TEXT NOT NULL, value TEXT NOT NULL) STRICT, WITHOUT ROWID',
      );
      sql.exec('INSERT INTO schema (version) VALUES (?)', schemaVersion);
    });
  }
}

const sizeOf = (row: Row | null): number => (row === null ? 0 : row.key.length + row.version.length + row.json.length);
