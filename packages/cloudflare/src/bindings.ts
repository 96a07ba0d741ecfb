import type { PiecesBucket, PiecesNamespace } from '@coracle/storage-durable-object';
import type { RegistryStub } from './messages.ts';
import type { StreamingBucket } from './piece-streams.ts';

/** The variables, secrets and bindings of a Worker. */
export type Env = Readonly<Record<string, unknown>>;

interface RegistryNamespace {
  idFromName(name: string): unknown;
  get(id: unknown): RegistryStub;
}

/**
 * Returns the binding of the Durable Objects with the class `CoracleRegistry`.
 * @throws Error if the binding is missing; the text says what to write in wrangler.jsonc
 */
export function registryNamespace(env: Env, name: string): RegistryNamespace {
  const binding = env[name] as RegistryNamespace | undefined;
  if (typeof binding?.idFromName === 'function') return binding;
  throw new Error(
    `The binding ${name} of the Durable Object is missing. In wrangler.jsonc write ` +
      `"durable_objects": { "bindings": [{ "name": "${name}", "class_name": "CoracleRegistry" }] } and ` +
      '"migrations": [{ "tag": "v1", "new_sqlite_classes": ["CoracleRegistry"] }], and let the Worker say ' +
      "`export { CoracleRegistry } from '@coracle/registry/cloudflare'`.",
  );
}

/**
 * Returns the binding of the bucket or namespace that keeps the content.
 * @throws Error if the binding is missing; the text says what to write in wrangler.jsonc
 */
export function piecesBinding(env: Env, name: string): PiecesBucket | PiecesNamespace {
  const binding = env[name] as (PiecesBucket & PiecesNamespace) | undefined;
  if (typeof binding?.put === 'function') return binding;
  throw new Error(
    `The binding ${name} of the content is missing. In wrangler.jsonc write ` +
      `"r2_buckets": [{ "binding": "${name}", "bucket_name": "registry" }].`,
  );
}

/** Returns a binding as a bucket from which content can be streamed. Returns undefined for a KV namespace. */
export const streamingBucket = (binding: object): StreamingBucket | undefined =>
  'createMultipartUpload' in binding ? (binding as unknown as StreamingBucket) : undefined;
