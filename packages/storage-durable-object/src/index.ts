export type { ObjectState, PiecesBucket, PiecesNamespace, RecordsNamespace } from './bindings.ts';
export { CoracleRecords } from './coracle-records.ts';
export { sqliteRecords } from './object-records.ts';
export { type DurableObjectStorageOptions, durableObjectStorage, piecesOf } from './storage.ts';
