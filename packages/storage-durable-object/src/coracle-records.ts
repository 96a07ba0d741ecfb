import { DurableObject } from 'cloudflare:workers';
import type { ObjectState } from './bindings.ts';
import type { Row, RowChange, RowPage, RowRange } from './rows.ts';
import { SqlRows } from './sql-rows.ts';

/**
 * The Durable Object that keeps the records of a registry in its SQLite database. A Worker must export this class. Only
 * `durableObjectStorage` needs to call its methods.
 */
export class CoracleRecords extends DurableObject {
  readonly #rows: SqlRows;

  constructor(ctx: ObjectState, env: unknown) {
    super(ctx, env);
    this.#rows = new SqlRows(ctx.storage);
  }

  getMany(keys: readonly string[]): (Row | null)[] {
    return this.#rows.getMany(keys);
  }

  list(range: RowRange): RowPage {
    return this.#rows.list(range);
  }

  commit(change: RowChange): string | null {
    return this.#rows.commit(change);
  }
}
