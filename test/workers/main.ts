import { DurableObject } from 'cloudflare:workers';
import { createRegistry } from '@coracle/registry';

export { CoracleRecords, CoracleRecords as RecordsWithoutSql } from '@coracle/storage-durable-object';

export class OtherObject extends DurableObject {}

/** In this isolate's memory. */
const registry = createRegistry();

export default { fetch: registry.fetch };
