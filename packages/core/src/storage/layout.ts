import { allOf, keys, kindOf } from './keys.ts';
import type { Json, Storage, StoredRecord } from './port.ts';

/**
 * The version of the key layout that this release writes. The first change to an empty storage also writes a record
 * with the version.
 *
 * Data without this record has the version 1, in which the keys of blobs start with `content/`. If reads lag, an engine
 * may not see the record yet. The engine then writes the same record again, which does no harm.
 */
export const layoutVersion = 2;

export const layoutRecord = { key: keys.layout, value: { version: layoutVersion } } as const;

/** The prefix of the keys of blobs in version 1 of the layout. */
const formerBlobs = 'content/';

const currentKey = (key: string): string =>
  key.startsWith(formerBlobs) ? allOf('blob') + key.slice(formerBlobs.length) : key;

/**
 * Returns the reason why this release cannot read stored data whose version record is `record`. Returns undefined if
 * this release can read the data.
 */
function refusalOf(record: Json): string | undefined {
  const version = (record as { readonly version?: Json } | null)?.version ?? null;
  return version === layoutVersion
    ? undefined
    : `its layout has the version ${JSON.stringify(version)}, and this release of Coracle reads only 1 and ${layoutVersion}`;
}

/** The number of records that one commit converts from version 1 of the key layout to the current version. */
const recordsPerCommit = 500;

/**
 * Checks the version of the layout of stored data, and converts data from version 1 to the current version.
 * @returns the record with the version if the storage does not have this record; the caller must write the record with
 * the next change
 * @throws Error if the version is unknown, or if the data cannot be converted; the stored data is not changed in these
 * cases
 */
export async function openLayout(
  { records }: Storage,
  newVersion: () => string,
): Promise<typeof layoutRecord | undefined> {
  const [layout] = await records.getMany([keys.layout]);
  if (layout) {
    const refusal = refusalOf(layout.value);
    if (refusal === undefined) return undefined;
    throw new Error(
      `The stored data cannot be opened: ${refusal}. Nothing was changed. Open the data with the release of Coracle that wrote it, or use another storage.`,
    );
  }
  for (;;) {
    const { entries } = await records.list({ prefix: formerBlobs, limit: recordsPerCommit });
    if (entries.length === 0) return layoutRecord;
    if (!records.guarantees.atomicCommit) {
      throw new Error(
        `The stored data cannot be opened: its layout has the version 1, and version ${layoutVersion} is needed. A storage without atomic commits cannot be converted, so nothing was changed. Open the data with the release of Coracle that wrote it, or use an empty storage and push again.`,
      );
    }
    // If another process does the same at once, one of the two commits is refused, and its process lists the remaining
    // records again.
    await records.commit({
      expect: entries.map(({ key, version }) => ({ key, version })),
      put: entries.map(({ key, value }): StoredRecord => ({ key: currentKey(key), value, version: newVersion() })),
      remove: entries.map(({ key }) => key),
    });
  }
}

type Pair = readonly [key: string, value: Json];

/**
 * Converts the records of a snapshot to the current key layout.
 * @param refuse is called with the reason if the records cannot be converted, and must throw
 */
export function toLayout(pairs: readonly Pair[], refuse: (sentence: string) => never): Pair[] {
  const current = pairs.map(([key, value]): Pair => {
    const refusal = key === keys.layout ? refusalOf(value) : undefined;
    return refusal === undefined ? [currentKey(key), value] : refuse(refusal);
  });
  const [unknown] = current.find(([key]) => kindOf(key) === undefined) ?? [];
  if (unknown !== undefined) refuse(`it has the record '${unknown}', whose key this release of Coracle does not know`);
  return [[layoutRecord.key, layoutRecord.value], ...current.filter(([key]) => key !== keys.layout)];
}
