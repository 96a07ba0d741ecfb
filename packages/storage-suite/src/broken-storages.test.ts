import { describe, expect, it } from 'vitest';
import { byteAndLifetimeFaults } from '../test-support/byte-faults.ts';
import { commitFaults, raceFaults } from '../test-support/commit-faults.ts';
import type { Fault } from '../test-support/fault.ts';
import { listFaults } from '../test-support/list-faults.ts';
import { MapStorage } from '../test-support/map-storage.ts';
import { markFaults } from '../test-support/mark-faults.ts';
import { recordFaults } from '../test-support/record-faults.ts';
import { ContractBroken, storageRules } from './index.ts';

/** The sentence of every rule that a faulty storage breaks, by the rule's name. */
async function brokenRules(fault: Fault): Promise<Map<string, unknown>> {
  let storage = new MapStorage();
  const open = async () => {
    storage = new MapStorage();
    fault.breaks(storage);
    return storage;
  };
  const errors = new Map<string, unknown>();
  for (const rule of storageRules({ open, reopen: async () => storage, largestPiece: 1_200_000 })) {
    const result = await rule.check();
    if (result.outcome === 'broken') errors.set(rule.name, result.error);
  }
  return errors;
}

const faults = Object.entries({
  ...recordFaults,
  ...commitFaults,
  ...raceFaults,
  ...listFaults,
  ...byteAndLifetimeFaults,
  ...markFaults,
});

describe('a storage that', () => {
  for (const [what, fault] of faults) {
    it(`${what} breaks: ${fault.caughtBy.join('; ')}`, async () => {
      const errors = await brokenRules(fault);
      expect([...errors.keys()]).toEqual(expect.arrayContaining([...fault.caughtBy]));
      for (const name of fault.caughtBy) {
        expect(errors.get(name)).toBeInstanceOf(ContractBroken);
        expect(String(errors.get(name))).toMatch(
          /^ContractBroken: The store [\s\S]+; the contract of storages wants [\s\S]+\.$/,
        );
      }
    });
  }
});

it('every rule is one that some of these storages has to be caught by', () => {
  const catching = new Set(faults.flatMap(([, { caughtBy }]) => caughtBy));
  const rules = storageRules({ open: async () => new MapStorage() }).map(({ name }) => name);
  expect(rules.filter((name) => !catching.has(name))).toEqual([]);
});
