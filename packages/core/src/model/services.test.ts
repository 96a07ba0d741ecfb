import { describe, expect, it } from 'vitest';
import ecr from '../../model/ecr.json';
import ecrPublic from '../../model/ecr-public.json';
import * as services from '../index.ts';
import { blobMembers, hasOperation, inputShape, lacksOperation, operationNames } from './services.ts';

describe.each([
  ['ecr-public', services.ecrPublic, ecrPublic, 23],
  ['ecr', services.ecr, ecr, 62],
] as const)('%s', (_, service, model, count) => {
  it('has all operations of the model, each either here or lacking', () => {
    const names = operationNames(service);
    expect(names).toHaveLength(count);
    expect(names).toEqual(Object.keys(model.operations).sort());
    for (const name of names) expect(hasOperation(service, name), name).toBe(!lacksOperation(service, name));
  });

  it('has the facts of the model, and the name that requests are signed with', () => {
    const { apiVersion, signingName } = model;
    expect(service.facts).toEqual({ apiVersion });
    expect(service.name).toBe(signingName);
  });

  it('has the pagination table of the model', () => {
    const expected = Object.entries(model.pagination).map(([operation, page]) => [
      operation,
      {
        inputToken: page.input_token,
        outputToken: page.output_token,
        limitKey: page.limit_key,
        resultKeys: [page.result_key].flat(),
      },
    ]);
    expect(service.pagination).toEqual(Object.fromEntries(expected));
  });

  it('has no operation by a name of the prototype', () => {
    for (const name of ['constructor', '__proto__', 'toString', '', 'createRepository']) {
      expect(hasOperation(service, name)).toBe(false);
      expect(lacksOperation(service, name)).toBe(false);
      expect(inputShape(service, name)).toBeUndefined();
      expect(blobMembers(service, name)).toEqual([]);
    }
  });
});

describe('blobMembers', () => {
  it('says where the bytes are', () => {
    const found = operationNames(services.ecrPublic).map(
      (name) => [name, blobMembers(services.ecrPublic, name)] as const,
    );
    expect(Object.fromEntries(found.filter(([, paths]) => paths.length > 0))).toEqual({
      CreateRepository: [['catalogData', 'logoImageBlob']],
      PutRepositoryCatalogData: [['catalogData', 'logoImageBlob']],
      UploadLayerPart: [['layerPartBlob']],
    });
  });
});
