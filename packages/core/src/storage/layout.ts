import { allOf, keys, kindOf } from './keys.ts';
import type { Json, Storage, StoredRecord } from './port.ts';

/**
 * The version of the key layout that stored data has. It is a record, written with the first change to an empty
 * storage. Data without this record is of version 1, which differs in one thing: the bytes of blobs were under
 * `content/`. So an engine that does not see the record yet, because reads lag, does no harm: it writes the same one
 * again.
 */
export const layoutVersion = 2;

export const layoutRecord = { key: keys.layout, value: { version: layoutVersion } } as const;

/** The name of the kind `blob` in version 1. */
const formerBlobs = 'content/';

const currentKey = (key: string): string =>
  key.startsWith(formerBlobs) ? allOf('blob') + key.slice(formerBlobs.length) : key;

/** Says why data of a version cannot be read; undefined if this release can read it. */
function refusalOf(record: Json): string | undefined {
  const version = (record as { readonly version?: Json } | null)?.version ?? null;
  return version === layoutVersion
    ? undefined
    : `its layout has the version ${JSON.stringify(version)}, and this release of Coracle reads only 1 and ${layoutVersion}`;
}

/** The number of records that are converted to this layout in one commit. */
const recordsPerCommit = 500;

/**
 * Checks the layout of stored data, and converts it from version 1 to this one.
 * @returns the record of the version, if the storage lacks it
 * @throws Error if the version is unknown, or the data cannot be converted. Nothing is changed then
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
 * Converts the records of a snapshot to this layout.
 * @param refuse throws the reason why they cannot be converted
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
