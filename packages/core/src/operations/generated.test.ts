import { describe, expect, it } from 'vitest';
import ecr from '../../model/ecr.json';
import ecrPublic from '../../model/ecr-public.json';
import { operationsOf, stale } from '../../scripts/generate-operations.mjs';
import { emptyRegistry } from '../../test-support/registry.ts';
import { ecrOperations } from './generated/ecr.ts';
import { ecrPublicOperations } from './generated/ecr-public.ts';

describe('the generated operations', () => {
  it('are what scripts/generate.mjs writes (run it, and commit what it changes)', () => {
    expect(stale()).toEqual([]);
  });

  it('are all of Amazon ECR Public, and those of Amazon ECR that have a file', () => {
    expect(Object.keys(ecrPublicOperations)).toEqual(Object.keys(ecrPublic.operations).sort());
    expect(Object.keys(ecrOperations)).toEqual(operationsOf('ecr').map(({ name }) => name));
    expect(Object.keys(ecr.operations)).toEqual(expect.arrayContaining(Object.keys(ecrOperations)));
  });

  it.each([
    ['ecr-public', ecrPublic],
    ['ecr', ecr],
  ] as const)('of %s have a method each, and a paginator where the service gives pages', (service, { pagination }) => {
    const { ecrPublic: publicFace, ecr: privateFace } = emptyRegistry();
    const names = operationsOf(service).map(({ name }) => name);
    const methods = names.map((name) => name.charAt(0).toLowerCase() + name.slice(1));
    const paginators = names.filter((name) => name in pagination).map((name) => `paginate${name}`);
    expect(Object.keys(service === 'ecr' ? privateFace : publicFace).sort()).toEqual(
      [...methods, ...paginators].sort(),
    );
  });
});
