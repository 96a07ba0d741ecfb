import type { Change, CommitResult, Expectation, ListPage, ListRange, RecordStore, StoredRecord } from '@coracle/core';
import { listRecords } from './kv-list.ts';
import { type KvNamespace, limits } from './namespace.ts';
import { OwnWrites } from './own-writes.ts';
import { patiently, type Wait } from './patience.ts';
import { isPossible, type Stored, storedIn, writingOf } from './stored.ts';

/** The namespace and the settings that both the records and the pieces (chunks of content) of a KV storage use. */
export interface Means {
  readonly namespace: KvNamespace;
  readonly prefix: string;
  readonly clock: () => number;
  readonly wait: Wait;
}

/**
 * The time in milliseconds after which a commit checks again whether another commit in this isolate has finished with a
 * record.
 */
const lookAgain = 20;
/**
 * The maximum time in milliseconds of one call to KV. If a call takes longer, the storage assumes that the request to
 * the Worker has ended. The commit that made the call then no longer blocks other commits.
 */
const longestCall = 5000;

/**
 * A commit in progress. After the time `until`, the storage assumes that the commit has ended, because its request has
 * ended.
 */
interface Writer {
  until: number;
}

/**
 * Keeps records as KV pairs. KV cannot compare a version on a write, and it puts one key at a time. So a commit reads
 * the records that it expects, compares their versions, and then writes the keys one by one, in the order that the
 * contract of storages requires. Only commits of the same isolate wait for each other.
 */
export class KvRecords implements RecordStore {
  readonly guarantees = { atomicCommit: false, freshReads: false, remote: true } as const;
  readonly #means: Means;
  readonly #own: OwnWrites;
  readonly #writers = new Map<string, Writer>();

  constructor(means: Means) {
    this.#means = means;
    this.#own = new OwnWrites(means.clock);
  }

  async getMany(keys: readonly string[]): Promise<(StoredRecord | undefined)[]> {
    const shown = await this.#shown(keys);
    return keys.map((key) => this.#believed(key, shown.get(key)));
  }

  /** Reads the state that KV shows for each of these keys. The state may be older than the newest write of the key. */
  async #shown(keys: readonly string[]): Promise<ReadonlyMap<string, Stored | undefined>> {
    const possible = [...new Set(keys)].filter((key) => isPossible(this.#means.prefix, key));
    const groups = Array.from({ length: Math.ceil(possible.length / limits.keysPerRead) }, (_, nth) =>
      this.#read(possible.slice(nth * limits.keysPerRead, (nth + 1) * limits.keysPerRead)),
    );
    return new Map((await Promise.all(groups)).flat());
  }

  list(range: ListRange): Promise<ListPage> {
    return listRecords(range, {
      ...this.#means,
      read: (keys) => this.getMany(keys),
      ownKeys: (prefix) => this.#own.keysUnder(prefix),
      believed: (key, shown) => this.#believed(key, shown),
    });
  }

  async commit({ expect = [], put = [], remove = [] }: Change): Promise<CommitResult> {
    const { prefix, namespace } = this.#means;
    // A record that the change also removes is not put. If two records have one key, the last of them is put.
    const going = new Set(remove);
    const coming = [...new Map(put.map((record) => [record.key, record])).values()].filter(
      ({ key }) => !going.has(key),
    );
    const writings = coming.map((record) => writingOf(prefix, record));
    const removals = [...going].filter((key) => isPossible(prefix, key));

    const written = [...writings.map(({ key }) => key), ...removals];
    const writer: Writer = { until: 0 };
    const refused = await this.#compare(expect, written, writer);
    if (refused !== undefined) return { ok: false, key: refused };
    let nth = 0;
    const write = async (what: string, key: string, call: (time: number) => Promise<string | undefined>) => {
      const title = `${what} the record ${JSON.stringify(key)}, write ${++nth} of ${written.length}`;
      const own = await this.#write(writer, title, async () => {
        // Each attempt has its own time, because the previous attempt may be some seconds old.
        const time = this.#own.timeFor(key);
        return { time, text: await call(time) };
      });
      this.#own.note(key, own);
    };
    try {
      for (const { key, at } of writings) {
        await write('put', key, async (time) => {
          const { text, options } = at(time);
          await namespace.put(prefix + key, text, options);
          return text;
        });
      }
      for (const key of removals) {
        await write('remove', key, async () => {
          await namespace.delete(prefix + key);
          return undefined;
        });
      }
    } finally {
      for (const key of written) if (this.#writers.get(key) === writer) this.#writers.delete(key);
    }
    return { ok: true };
  }

  #write<T>(writer: Writer, what: string, call: () => Promise<T>): Promise<T> {
    const livesFor = (milliseconds: number) => {
      writer.until = this.#means.clock() + milliseconds;
    };
    const wait = (milliseconds: number) => {
      livesFor(milliseconds + longestCall);
      return this.#means.wait(milliseconds);
    };
    livesFor(longestCall);
    return patiently(what, wait, call);
  }

  /**
   * Compares the expected versions with the current ones. Returns the first key whose version differs. If all versions
   * are equal, the method returns undefined and reserves the keys in `written` for `writer`. Until `writer` has
   * finished, no other commit in this isolate writes these keys.
   */
  async #compare(
    expect: readonly Expectation[],
    written: readonly string[],
    writer: Writer,
  ): Promise<string | undefined> {
    const concerned = [...expect.map(({ key }) => key), ...written];
    const isBusy = () => concerned.some((key) => (this.#writers.get(key)?.until ?? 0) > this.#means.clock());
    for (;;) {
      while (isBusy()) await this.#means.wait(lookAgain);
      const shown = await this.#shown(expect.map(({ key }) => key));
      if (isBusy()) continue;
      // Nothing is awaited from here to the end, so no other commit of this isolate can write in between.
      const versionOf = (key: string) => this.#believed(key, shown.get(key))?.version ?? null;
      const refused = expect.find(({ key, version }) => versionOf(key) !== version);
      if (refused !== undefined) return refused.key;
      writer.until = this.#means.clock() + longestCall;
      for (const key of written) this.#writers.set(key, writer);
      return undefined;
    }
  }

  async #read(keys: readonly string[]): Promise<[string, Stored | undefined][]> {
    const { namespace, prefix, wait } = this.#means;
    const names = keys.map((key) => prefix + key);
    const many = () => namespace.get(names, 'text');
    const none = new Map<string, string | null>();
    const texts = keys.length > 1 ? await patiently(`read ${keys.length} records`, wait, many) : none;
    return Promise.all(
      keys.map(async (key) => {
        const name = prefix + key;
        const one = () => namespace.get(name, 'text');
        // A read of many keys leaves out names that look like numbers, even if they have values.
        const text = texts.has(name)
          ? texts.get(name)
          : await patiently(`read the record ${JSON.stringify(key)}`, wait, one);
        return [key, typeof text === 'string' ? storedIn(key, text) : undefined];
      }),
    );
  }

  /**
   * Returns the current record under a key, or undefined if the record does not exist. `shown` is the state that KV
   * shows for the key. If this isolate has made a newer write of the key, the state after that write is returned.
   */
  #believed(key: string, shown: Stored | undefined): StoredRecord | undefined {
    const own = this.#own.insteadOf(key, shown?.time);
    if (own === undefined) return shown?.record;
    return own.text === undefined ? undefined : storedIn(key, own.text).record;
  }
}
