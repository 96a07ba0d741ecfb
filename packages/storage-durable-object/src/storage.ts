import type { ByteStore, Storage } from '@coracle/core';
import type { PiecesBucket, PiecesNamespace, RecordsNamespace } from './bindings.ts';
import { BucketPieces } from './bucket-pieces.ts';
import { byTimer, type Wait } from './failures.ts';
import { NamespacePieces } from './namespace-pieces.ts';
import { objectRecords } from './object-records.ts';

/** The options of `durableObjectStorage()`. Only `pieces` is required. */
export interface DurableObjectStorageOptions {
  /**
   * The binding of the R2 bucket or the Workers KV namespace that keeps the content of layers and manifests. The bucket
   * or namespace must not contain data of other programs.
   */
  readonly pieces: PiecesBucket | PiecesNamespace;
  /**
   * The name of the Durable Object; `registry` by default. Each name is a separate registry. Several registries may
   * share one bucket or namespace in `pieces`.
   */
  readonly name?: string;
  /** Waits the given number of milliseconds before a failed call is retried; a timer by default. */
  readonly wait?: Wait;
}

/**
 * Makes a storage that keeps its records in a Durable Object (`CoracleRecords`) and its content in R2 or Workers KV.
 * Commits are atomic, and every read sees all commits before it, no matter how many Workers write at once and in which
 * data centres they run.
 * @param records the binding of the namespace of Durable Objects with the class `CoracleRecords`
 * @throws TypeError if a binding is missing or is of another type; the message says what to write in wrangler.jsonc
 */
export function durableObjectStorage(records: RecordsNamespace, options: DurableObjectStorageOptions): Storage {
  if (typeof records?.idFromName !== 'function') {
    throw new TypeError(
      'durableObjectStorage needs the binding of its Durable Object, as env.RECORDS. In wrangler.jsonc write ' +
        '"durable_objects": { "bindings": [{ "name": "RECORDS", "class_name": "CoracleRecords" }] } and ' +
        '"migrations": [{ "tag": "v1", "new_sqlite_classes": ["CoracleRecords"] }], and let the Worker say ' +
        "`export { CoracleRecords } from '@coracle/registry/storage-durable-object'`.",
    );
  }
  const { pieces, name = 'registry', wait = byTimer } = options ?? {};
  return { records: objectRecords(records, name, wait), bytes: piecesOf(pieces, wait) };
}

/**
 * Makes the byte store that keeps content in an R2 bucket or in a Workers KV namespace.
 * @throws TypeError if the binding is missing or is of another type; the message says what to write in wrangler.jsonc
 */
export function piecesOf(pieces: PiecesBucket | PiecesNamespace, wait: Wait = byTimer): ByteStore {
  if (typeof (pieces as PiecesBucket)?.createMultipartUpload === 'function') {
    return new BucketPieces(pieces as PiecesBucket, wait);
  }
  if (typeof (pieces as PiecesNamespace)?.getWithMetadata === 'function') {
    return new NamespacePieces(pieces as PiecesNamespace, wait);
  }
  throw new TypeError(
    'durableObjectStorage needs `pieces`: the binding of an R2 bucket or of a KV namespace, as env.PIECES. In ' +
      'wrangler.jsonc write "r2_buckets": [{ "binding": "PIECES", "bucket_name": "registry" }] (or ' +
      '"kv_namespaces": [{ "binding": "PIECES" }]).',
  );
}
