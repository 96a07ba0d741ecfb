import { describe, expect, it } from 'vitest';
import { expectConsistent } from '../../test-support/consistency.ts';
import { privateAt } from '../../test-support/private.ts';
import {
  bytesOf,
  emptyRegistry,
  imagesIn,
  push,
  registryWith,
  type TestRegistry,
} from '../../test-support/registry.ts';
import { type Snapshot, snapshotFromJson, snapshotToJson } from './index.ts';

const repositoryName = 'team/web';

async function filled(): Promise<TestRegistry> {
  const registry = await registryWith([repositoryName]);
  await push(registry, repositoryName, 'v1');
  await registry.engine.seed({ private: { 'team/api': ['v1'] } });
  // Every byte, so that none is lost on the way.
  const logoImageBlob = Uint8Array.from({ length: 100_000 }, (_, i) => i + Math.floor(i / 256));
  const catalogData = { description: 'with "quotes", \n and \ud83d\udea3', logoImageBlob };
  await registry.ecrPublic.putRepositoryCatalogData({ repositoryName, catalogData });
  return registry;
}

describe('a snapshot that is written as JSON', () => {
  it('is the same when it is read', async () => {
    const snapshot = await (await filled()).engine.snapshot();
    expect(snapshot.pieces.size).toBeGreaterThan(3);
    expect(snapshotFromJson(snapshotToJson(snapshot))).toEqual(structuredClone(snapshot));
  });

  it('is restored in another registry over another storage', async () => {
    const registry = await filled();
    const json = snapshotToJson(await registry.engine.snapshot());
    const other = await registryWith(['x1'], { ids: () => crypto.randomUUID() });
    await push(other, 'x1', 'v1');

    await other.engine.restore(snapshotFromJson(json));
    expect(await other.storage.contents()).toEqual(await registry.storage.contents());
    expect(await imagesIn(other, repositoryName)).toEqual(await imagesIn(registry, repositoryName));
    const at = await privateAt(other, 'team/api');
    const { digest } = await other.distribution.getManifest(at, 'v1');
    expect(digest).toBe((await registry.distribution.getManifest(at, 'v1')).digest);
    await push(other, repositoryName, 'v2');
    await expectConsistent(other.storage);
  });

  it('of an empty registry is restored too', async () => {
    const json = snapshotToJson(await emptyRegistry().engine.snapshot());
    const registry = await filled();
    await registry.engine.restore(snapshotFromJson(json));
    expect(await registry.storage.contents()).toEqual({ records: {}, pieces: [] });
  });

  it('has a line for each record and each piece', async () => {
    const snapshot = await (await filled()).engine.snapshot();
    const lines = snapshotToJson(snapshot).split('\n');
    for (const [key] of snapshot.records) {
      expect(lines.filter((line) => line.startsWith(`[${JSON.stringify(key)},`))).toHaveLength(1);
    }
    for (const id of snapshot.pieces.keys()) {
      expect(lines.filter((line) => line.startsWith(`[${JSON.stringify(id)},`))).toHaveLength(1);
    }
  });

  it('is refused if one text cannot hold it, before its content is read', () => {
    const records = Array.from({ length: 60 }, (_, i) => [`blob/${i}`, { pieces: [[`${i}`, 8_000_000]] }] as const);
    const snapshot: Snapshot = {
      records,
      get pieces(): never {
        throw new Error('they were read');
      },
    };
    expect(() => snapshotToJson(snapshot)).toThrow(
      new RangeError(
        'A snapshot with 480 MB of content is too large for one JSON text. Keep the snapshot in IndexedDB, or as a copy from structuredClone().',
      ),
    );
  });

  it.each([undefined, {}, Promise.resolve({ records: [], pieces: new Map() })])('is no other value: %o', (value) => {
    expect(() => snapshotToJson(value as unknown as Snapshot)).toThrow(
      new TypeError('snapshotToJson() needs a snapshot: pass the awaited result of snapshot()'),
    );
  });
});

describe('a text that is read as a snapshot', () => {
  const written = async () => snapshotToJson(await (await filled()).engine.snapshot());
  const edited = (json: string, edit: (snapshot: Record<string, unknown>) => void): string => {
    const value = JSON.parse(json) as Record<string, unknown>;
    edit(value);
    return JSON.stringify(value);
  };

  it('may be formatted by other tools', async () => {
    const json = await written();
    const formatted = JSON.stringify(JSON.parse(json), null, 2);
    expect(snapshotFromJson(formatted)).toEqual(snapshotFromJson(json));
  });

  it('is of version 1 if it names no version', async () => {
    const json = await written();
    const unnamed = edited(json, (snapshot) => delete snapshot['version']);
    expect(snapshotFromJson(unnamed)).toEqual(snapshotFromJson(json));
  });

  it.each<[string, (json: string) => unknown, string]>([
    ['bytes', (json) => bytesOf(json), 'snapshotFromJson() needs a string, so read the file as UTF-8'],
    ['nothing', () => '', 'its text is not JSON, or is not complete'],
    ['a half', (json) => json.slice(0, json.length / 2), 'its text is not JSON, or is not complete'],
    ['other JSON', () => '{"records":[],"pieces":[]}', 'its text is not a result of snapshotToJson()'],
    ['null', () => 'null', 'its text is not a result of snapshotToJson()'],
    [
      'a later version of another form',
      () => '{"format":"coracle-snapshot","version":3,"entries":{}}',
      'it is a snapshot of version 3, and this release of Coracle reads only 1 and 2',
    ],
    [
      'a snapshot without pieces',
      (json) => edited(json, (snapshot) => delete snapshot['pieces']),
      'its JSON has no list of records, or no list of pieces',
    ],
    [
      'a piece that is not base64',
      (json) => edited(json, (snapshot) => (snapshot['pieces'] = [['p1', 'é']])),
      "the piece 'p1' is not a pair of an id and base64",
    ],
    [
      'a piece that is no pair',
      (json) => edited(json, (snapshot) => (snapshot['pieces'] = ['p1'])),
      "the piece 'undefined' is not a pair of an id and base64",
    ],
    [
      'a record that is no pair',
      (json) => edited(json, (snapshot) => (snapshot['records'] = [{ key: 'a' }])),
      'one of its records is not a pair of a key and a value',
    ],
  ])('is refused if it is %s', async (_, spoil, sentence) => {
    const text = spoil(await written()) as string;
    expect(() => snapshotFromJson(text)).toThrow(
      expect.objectContaining({
        name: 'TypeError',
        message: `The snapshot cannot be restored: ${sentence}. Nothing was changed. Pass the whole result of snapshot() or snapshotFromJson().`,
      }),
    );
  });

  it('is refused if a piece is missing or cut', async () => {
    const json = await written();
    const cut = edited(json, (snapshot) => {
      const [first, ...others] = snapshot['pieces'] as [string, string][];
      snapshot['pieces'] = [[first?.[0], 'AAAA'], ...others];
    });
    expect(() => snapshotFromJson(cut)).toThrow(
      /^The snapshot cannot be restored: the piece '.+' has 3 bytes instead of/,
    );
    const less = edited(json, (snapshot) => (snapshot['pieces'] = (snapshot['pieces'] as unknown[]).slice(1)));
    expect(() => snapshotFromJson(less)).toThrow(
      /^The snapshot cannot be restored: the piece '.+', which the record '.+' names, is missing\. Nothing was changed\. /,
    );
  });
});
