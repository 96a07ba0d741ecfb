import type { Context } from '../domain/context.ts';
import { piecesIn } from '../domain/pieces.ts';
import type { Json } from '../storage/port.ts';

/** All that a registry holds at one moment. It can be cloned and posted; its form may change between versions. */
export interface Snapshot {
  readonly records: readonly (readonly [key: string, value: Json])[];
  readonly pieces: ReadonlyMap<string, Uint8Array>;
}

export async function takeSnapshot({ store }: Context): Promise<Snapshot> {
  const records: [string, Json][] = [];
  const ids = new Set<string>();
  for await (const { key, value } of store.all('')) {
    records.push([key, value]);
    for (const [id] of piecesIn(value)) ids.add(id);
  }
  const bytes = await store.bytes();
  const pieces = new Map<string, Uint8Array>();
  for (const id of ids) {
    const piece = await bytes.get(id);
    if (piece) pieces.set(id, piece);
  }
  return { records, pieces };
}

/** Makes the registry hold exactly what the snapshot does. Uploads that are under way since are lost. */
export async function restoreSnapshot(
  { store, liveUploads, signer, pieceIds }: Context,
  snapshot: Snapshot,
): Promise<void> {
  const bytes = await store.bytes();
  for (const [id, piece] of snapshot.pieces) {
    if ((await bytes.get(id)) === undefined) await bytes.put(id, piece);
  }
  await store.transact(async (transaction) => {
    const kept = new Set(snapshot.records.map(([key]) => key));
    for await (const { key, value } of store.all('')) {
      if (!kept.has(key)) transaction.remove(key);
      transaction.discard(
        piecesIn(value)
          .map(([id]) => id)
          .filter((id) => !snapshot.pieces.has(id)),
      );
    }
    for (const [key, value] of snapshot.records) transaction.put(key, value);
  });
  liveUploads.clear();
  signer.forget();
  pieceIds.forget();
}
