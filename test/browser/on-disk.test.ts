import type { Page } from 'playwright';
import { expect } from 'vitest';
import { describeUnless } from '../support/engine-groups.ts';
import { test } from './given.ts';

const MiB = 1024 * 1024;

test('the contract holds in a profile on the disk, which a browser keeps in another way than a private window’s', async ({
  browser,
}) => {
  const page = await browser.newPage();
  const outcomes = await page.evaluate(async () => {
    const { deleteIndexedDbStorage, indexedDbStorage, storageRules } = coracle;
    const name = 'contract';
    const rules = storageRules({
      open: async () => indexedDbStorage(name),
      reopen: async () => indexedDbStorage(name),
      destroy: () => deleteIndexedDbStorage(name),
      guarantees: { atomicCommit: true, freshReads: true, remote: false },
    });
    const found: string[] = [];
    for (const { name, check } of rules) {
      const result = await check();
      found.push(result.outcome === 'broken' ? `${name}: ${result.error}` : result.outcome);
    }
    return found;
  });
  expect(outcomes.length).toBeGreaterThan(50);
  // The rules of marks, which this storage does not have.
  expect(outcomes.filter((outcome) => outcome !== 'kept')).toEqual(Array.from({ length: 5 }, () => 'notApplicable'));
});

const otherLimit = 'no-room.test.ts limits its space in another way';

describeUnless({ firefox: otherLimit, webkit: otherLimit }, 'a site that gets no more space', () => {
  test('is told so, with nothing half-written, and goes on when it has space again', async ({ browser }) => {
    const page = (await browser.newPage()) as Page;
    const devTools = await page.context().newCDPSession(page);
    const origin = new URL(page.url()).origin;
    await page.exposeFunction('grant', async (quotaSize?: number) => {
      await devTools.send('Storage.overrideQuotaForOrigin', {
        origin,
        ...(quotaSize === undefined ? {} : { quotaSize }),
      });
    });
    const found = await page.evaluate(async (MiB) => {
      const { digestOf, indexedDbStorage, noise, openRegistry } = coracle;
      const { grant } = globalThis as unknown as { grant: (bytes?: number) => Promise<void> };
      const refusal = (call: Promise<unknown>) =>
        call.then(
          () => ['not refused'],
          (error) => [error.name, error.message, error.cause?.cause?.name ?? error.cause?.name],
        );
      await grant(3 * MiB);
      const storage = indexedDbStorage('small');
      const { records, bytes } = storage;
      const { ecrPublic } = openRegistry(storage);
      const repositoryName = 'team/web';
      await ecrPublic.createRepository({ repositoryName });
      const { uploadId } = await ecrPublic.initiateLayerUpload({ repositoryName });
      const kept = { key: 'kept', version: '1', value: 'kept' };
      await records.commit({ put: [kept] });
      const piece = noise(8 * MiB);
      const pieceRefusal = await refusal(bytes.put('piece', piece));
      const text = (i: number) => String.fromCharCode(...piece.subarray(i * 30_000, (i + 1) * 30_000));
      const put = Array.from({ length: 200 }, (_, i) => ({ key: `many/${i}`, version: '2', value: text(i) }));
      const commitRefusal = await refusal(
        records.commit({ put: [{ ...kept, version: '2' }, ...put], remove: ['kept'] }),
      );
      const left = [
        await bytes.get('piece'),
        (await records.list({ prefix: 'kept', limit: 1000 })).entries,
        (await records.list({ prefix: 'many/', limit: 1000 })).entries,
      ];

      const upload = { repositoryName, uploadId, partFirstByte: 0, partLastByte: 8 * MiB - 1, layerPartBlob: piece };
      const uploadRefusal = await refusal(ecrPublic.uploadLayerPart(upload));

      await grant();
      await bytes.put('piece', piece);
      const later = [(await bytes.get('piece'))?.length, await records.commit({ put })];
      await ecrPublic.uploadLayerPart(upload);
      const layerDigests = [await digestOf(piece.buffer)];
      const { layerDigest } = await ecrPublic.completeLayerUpload({ repositoryName, uploadId, layerDigests });
      return {
        refusals: [pieceRefusal, commitRefusal, uploadRefusal],
        left,
        kept,
        later,
        digests: [layerDigest, ...layerDigests],
      };
    }, MiB);

    const says = (doing: string) =>
      `indexedDbStorage cannot ${doing} in the database "small": the browser gives this site no more space. Nothing was written. Delete images, or other data of this site, and try again.`;
    const [pieceRefusal, commitRefusal, uploadRefusal] = found.refusals;
    const name = 'QuotaExceededError';
    expect(pieceRefusal).toEqual([name, says('put 8388608 bytes under "piece"'), name]);
    expect(commitRefusal).toEqual([name, says('commit 201 records and the removal of 1'), name]);
    expect(uploadRefusal).toEqual([
      'ServerException',
      'UploadLayerPart failed: the storage is full, and nothing was written. Delete images that are not needed, call collectGarbage(), then try again.',
      'QuotaExceededError',
    ]);
    expect(found.left).toEqual([undefined, [found.kept], []]);
    expect(found.later).toEqual([8 * MiB, { ok: true }]);
    expect(found.digests[0]).toBe(found.digests[1]);
  });
});
