/** The part of the module that the tests in workerd use. Their pool provides it, with the bindings of `pool.ts`. */
declare module 'cloudflare:test' {
  import type {
    DurableObjectNamespace,
    DurableObjectState,
    DurableObjectStub,
    KVNamespace,
    R2Bucket,
  } from '@cloudflare/workers-types';

  export const env: {
    readonly KV: KVNamespace;
    readonly OTHER_KV: KVNamespace;
    readonly BUCKET: R2Bucket;
    readonly RECORDS: DurableObjectNamespace;
    /** `CoracleRecords` as a class of the older kind of storage. */
    readonly RECORDS_WITHOUT_SQL: DurableObjectNamespace;
    /** Of a class that has nothing to do with Coracle. */
    readonly OTHER: DurableObjectNamespace;
  };

  /** `fetch` of `main.ts`, as a request that comes in. */
  export const SELF: { fetch(url: string, init?: RequestInit): Promise<Response> };

  /** Empties all bindings. */
  export function reset(): Promise<void>;

  /** Ends all objects; what they stored stays. */
  export function abortAllDurableObjects(): Promise<void>;

  export function runInDurableObject<R>(
    stub: DurableObjectStub,
    callback: (instance: object, state: DurableObjectState) => R | Promise<R>,
  ): Promise<R>;
}
