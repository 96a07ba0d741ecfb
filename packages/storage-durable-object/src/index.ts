export type { ObjectState, PiecesBucket, PiecesNamespace, RecordsNamespace } from './bindings.ts';
export { CoracleRecords } from './coracle-records.ts';
export { type DurableObjectStorageOptions, durableObjectStorage } from './storage.ts';
