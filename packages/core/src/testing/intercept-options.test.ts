import { memoryStorage } from '@coracle/storage-memory';
import { describe, expect, it } from 'vitest';
import ecrModel from '../../model/ecr.json';
import ecrPublicModel from '../../model/ecr-public.json';
import { emptyRegistry } from '../../test-support/registry.ts';
import { createEngine, ecr, ecrPublic } from '../index.ts';
import { type InterceptedName, type InterceptOptions, withTestHelpers } from './index.ts';

describe('an interception', () => {
  it.each<[string, string, object | undefined]>([
    ['PutImages', "intercept: this registry has no operation 'PutImages'; did you mean 'PutImage'?", undefined],
    ['putImage', "intercept: this registry has no operation 'putImage'; did you mean 'PutImage'?", undefined],
    [
      'putManifests',
      "intercept: this registry has no operation 'putManifests'; did you mean 'putManifest'?",
      undefined,
    ],
    [
      'kindOfHost',
      "intercept: this registry has no operation 'kindOfHost'; it has BatchCheckLayerAvailability, ",
      undefined,
    ],
    [
      'BatchGetImage',
      'Coracle does not implement BatchGetImage of Amazon ECR yet, so calls of this operation cannot be intercepted',
      undefined,
    ],
    ['constructor', "intercept: this registry has no operation 'constructor'; it has ", undefined],
    [
      'PutImage',
      'Coracle does not implement PutImage of Amazon ECR yet, so calls of this operation cannot be intercepted',
      { service: 'ecr' },
    ],
    ['PutImage', "intercept: distribution has no operation 'PutImage'; it has getBlob, ", { service: 'distribution' }],
    ['putManifest', "intercept: ecr has no operation 'putManifest'; it has CreateRepository, ", { service: 'ecr' }],
    [
      '*',
      "intercept: this registry has no service 'ecr_public'; did you mean 'ecr-public'?",
      { service: 'ecr_public' },
    ],
  ])('of %s is refused: %s', (operation, sentence, options) => {
    const { engine } = emptyRegistry();
    const intercept = () => engine.intercept(operation as InterceptedName, options);
    expect(intercept).toThrow(TypeError);
    expect(intercept).toThrow(sentence);
    expect(engine.intercepting).toBe(false);
  });

  it('of an engine with one service knows the operations of that one', () => {
    const engine = withTestHelpers(createEngine({ storage: memoryStorage(), services: [ecr] }));
    expect(() => engine.intercept('PutImage')).toThrow(
      'Coracle does not implement PutImage of Amazon ECR yet, so calls of this operation cannot be intercepted',
    );
    expect(() => engine.intercept('DescribeImageTags')).toThrow(
      "intercept: this registry has no operation 'DescribeImageTags'",
    );
    expect(() => engine.intercept('*', { service: 'ecr-public' })).toThrow(
      "intercept: this registry has no service 'ecr-public'",
    );
  });

  it.each<[InterceptedName, object, string]>([
    ['PutImage', { time: 1 }, "intercept has no option 'time'; did you mean 'times'?"],
    [
      'PutImage',
      { fail: 'x' },
      `fail must be an Error, an object such as { name: 'ThrottlingException' } or a function, not "x"`,
    ],
    ['PutImage', { fail: { message: 'x' } }, 'fail must be an Error, '],
    ['PutImage', { fail: null }, 'fail must be an Error, '],
    ['PutImage', { delay: 'x' }, 'delay must be a number of milliseconds, a promise or a function, not String'],
    [
      'PutImage',
      { times: 1 },
      'times limits the calls that are delayed or failed: pass fail or delay together with it',
    ],
    ['PutImage', { where: 'x' }, 'where must be an object or a function, not String'],
    [
      'PutImage',
      { where: { repositoryNam: 'a' } },
      "The input of PutImage has no member 'repositoryNam'; did you mean 'repositoryName'?",
    ],
    [
      'PutImage',
      { fail: { name: 'LayersNotFound' } },
      "PutImage has no exception 'LayersNotFound'; did you mean 'LayersNotFoundException'?",
    ],
    [
      'PutImage',
      { fail: { name: 'InvalidLayerPartException' } },
      "PutImage has no exception 'InvalidLayerPartException'; did you mean ",
    ],
    ['DescribeRepositories', { fail: { name: 'Boom' } }, "DescribeRepositories has no exception 'Boom'; it has Repo"],
    ['*', { fail: { name: 'Boom' } }, "AWS has no exception 'Boom'; it has "],
    [
      'CreateRepository',
      { service: 'ecr-public', fail: { name: 'KmsException' } },
      "CreateRepository has no exception 'KmsException'; it has ",
    ],
    [
      'PutImage',
      { fail: { name: 'ThrottlingException', mesage: 'x' } },
      "ThrottlingException has no member 'mesage'; did you mean 'message'?",
    ],
  ])('of %s is refused with %j', (operation, options, sentence) => {
    const { engine } = emptyRegistry();
    expect(() => engine.intercept(operation, options)).toThrow(TypeError);
    expect(() => engine.intercept(operation, options)).toThrow(sentence);
    expect(engine.intercepting).toBe(false);
  });

  it.each<[InterceptedName, string, InterceptOptions]>([
    ['CreateRepository', 'KmsException', {}],
    ['CreateRepository', 'KmsException', { service: 'ecr' }],
    ['putManifest', 'KmsException', {}],
    ['putManifest', 'LayersNotFoundException', { service: 'distribution' }],
    ['*', 'LayersNotFoundException', {}],
    ['*', 'UnrecognizedClientException', { service: 'ecr' }],
  ])('of %s may fail by %s with %j', (operation, name, options) => {
    expect(() => emptyRegistry().engine.intercept(operation, { ...options, fail: { name } })).not.toThrow();
  });

  it('knows each exception that the models declare', () => {
    const { engine } = emptyRegistry();
    for (const { name: service, inputs } of [ecrPublic, ecr]) {
      const { operations } = service === 'ecr' ? ecrModel : ecrPublicModel;
      const declared = Object.entries(operations).filter(([operation]) => Object.hasOwn(inputs, operation));
      for (const [operation, { errors }] of declared) {
        for (const name of errors) {
          expect(() => engine.intercept(operation as InterceptedName, { service, fail: { name } })).not.toThrow();
        }
      }
    }
  });

  it.each([
    [{ delay: -1 }, 'delay must be a number of milliseconds from 0 to 9007199254740991, not -1'],
    [{ delay: Number.NaN }, 'delay must be a number of milliseconds from 0 to 9007199254740991, not NaN'],
    [{ fail: new Error('x'), times: Number.NaN }, 'times must be a whole number of calls from 0 on, not NaN'],
    [{ fail: new Error('x'), times: 1.5 }, 'times must be a whole number of calls from 0 on, not 1.5'],
    [
      { where: { repositoryName: /web/ } },
      "where.repositoryName must be a string, a number, a boolean, bytes, an array or an object, not RegExp: for other conditions, pass a function as 'where'",
    ],
  ])('is refused with %j', (options, sentence) => {
    expect(() => emptyRegistry().engine.intercept('*', options)).toThrow(new TypeError(sentence));
  });
});
