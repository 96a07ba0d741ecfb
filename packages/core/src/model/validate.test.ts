import { describe, expect, it } from 'vitest';
import { breaks, models, sampleOf, withBreak } from '../../test-support/model-cases.ts';
import { RegistryError } from '../errors.ts';
import { ecr } from '../services/ecr.ts';
import { ecrPublic } from '../services/ecr-public.ts';
import type { Service } from '../services/service.ts';
import { hasOperation, type OperationName, operationNames } from './services.ts';
import { validateInput } from './validate.ts';

function failureOf(service: Service, operation: string, input: unknown): RegistryError {
  try {
    validateInput(service, operation as OperationName, input);
  } catch (error) {
    if (error instanceof RegistryError) return error;
    throw error;
  }
  throw new Error('The input was taken');
}

/** Comparing 20 MiB byte by byte takes minutes, and gigabytes: sizes will do. */
const comparable = (input: unknown): unknown =>
  JSON.parse(JSON.stringify(input, (_, value) => (value instanceof Uint8Array ? `${value.length} bytes` : value)));

describe.each<Service>([ecrPublic, ecr])('the inputs of $name', (service) => {
  const model = models[service.name];
  const operations = operationNames(service).filter((name) => hasOperation(service, name));

  it.each(operations)('%s takes its smallest, a usual and its largest input', (operation) => {
    const { input: shape = '' } = model.operations[operation] ?? {};
    for (const size of ['minimal', 'usual', 'maximal'] as const) {
      const input = sampleOf(model, shape, size);
      const taken = validateInput(service, operation as OperationName, input);
      expect(comparable(taken), size).toStrictEqual(comparable(input));
    }
  });

  it.each(operations)('%s is refused for every constraint that is broken, and only for that', (operation) => {
    const { input: shape = '' } = model.operations[operation] ?? {};
    const usual = sampleOf(model, shape, 'usual');
    for (const { at, put, name, says } of breaks(model, shape)) {
      const error = failureOf(service, operation, withBreak(usual, at, put));
      const label = `${at.join('.')} = ${typeof put === 'string' ? `a text of ${put.length}` : typeof put}`;
      expect(error.name, `${label}: ${error.message}`).toBe(name);
      for (const part of says) expect(error.message, label).toContain(part);
    }
  });
});

describe('validateInput', () => {
  it('takes no input as an empty one', () => {
    expect(validateInput(ecrPublic, 'DescribeRegistries', undefined)).toEqual({});
    expect(validateInput(ecrPublic, 'DescribeRegistries', null)).toEqual({});
  });

  it('has the types of the operation', () => {
    const input = validateInput(ecrPublic, 'PutImage', { repositoryName: 'a/b', imageManifest: '{}' });
    const name: string = input.repositoryName;
    const tag: string | undefined = input.imageTag;
    // @ts-expect-error PutImage has no such member
    expect([name, tag, input.imageIds]).toEqual(['a/b', undefined, undefined]);
  });

  it('names an operation that Coracle has not', () => {
    expect(() => validateInput(ecr, 'toString' as 'CreateRepository', {})).toThrow(
      "Coracle does not implement the operation 'toString' of ecr: check the name",
    );
  });
});
