import { durableObjectStorage } from '@coracle/registry/storage-durable-object';

export { CoracleRecords } from '@coracle/registry/storage-durable-object';

type Bindings = Parameters<typeof durableObjectStorage>;
interface Env {
  readonly RECORDS: Bindings[0];
  readonly PIECES: Bindings[1]['pieces'];
}

/** Answers with what the storage says of a write and of a read after it. */
export default {
  async fetch(_: Request, { RECORDS, PIECES }: Env): Promise<Response> {
    const { records } = durableObjectStorage(RECORDS, { pieces: PIECES });
    const calls = [
      () => records.commit({ put: [{ key: 'a', version: 'v1', value: 1 }] }),
      () => records.getMany(['a']),
      () => records.list({ prefix: '', limit: 1 }),
    ];
    const said: unknown[] = [];
    for (const call of calls) said.push(await call().catch(({ message }: Error) => message));
    return Response.json(said);
  },
};
