import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { caller, framings, refusesEarly, sizes, stranger } from '../early-refusals.ts';
import { kinds, type Target, withRepository } from './targets.ts';

const KiB = 1024;
const MiB = 1024 * KiB;

for (const { name, describe: describeKind, isWorker, start } of kinds) {
  describeKind(name, () => {
    let target: Target;
    const url = () => target.url;
    const closesUnsaid = isWorker;
    const unknownSizes = isWorker ? [0, 128 * KiB, 40 * MiB] : sizes;
    // Callers are answered as in an open registry, whose tests send them all sizes.
    const knownSizes = [0, 128 * KiB, 4 * MiB + 1];
    // workerd does not ask for a body that it reads, so that each client with `Expect` would wait for a second.
    const knownFramings = isWorker ? framings.filter((framing) => framing !== 'Expect') : framings;

    describe('without credentials', () => {
      beforeAll(async () => {
        target = await withRepository(start({ createOnPush: true }));
      });
      afterAll(() => target?.stop());

      const after = async () => expect(await target.calls()).toEqual([]);
      refusesEarly(url, { closesUnsaid, sizes: unknownSizes, sender: stranger, after });

      it('stores nothing', async () => {
        expect(await target.stored()).toEqual({ pieces: 0, repositories: 1 });
      });
    });

    describe('with credentials', () => {
      beforeAll(async () => {
        target = await withRepository(start());
      });
      afterAll(() => target?.stop());

      refusesEarly(url, { closesUnsaid, sizes: knownSizes, framings: knownFramings, sender: caller });

      it('stores nothing', async () => {
        expect(await target.stored()).toEqual({ pieces: 0, repositories: 1 });
      });
    });
  });
}
