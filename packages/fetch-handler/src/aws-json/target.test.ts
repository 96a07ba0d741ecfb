import { ecr, ecrPublic } from '@coracle/core';
import { describe, expect, it } from 'vitest';
import ecrModel from '../../../core/model/ecr.json';
import ecrPublicModel from '../../../core/model/ecr-public.json';
import { readTarget, targetOf } from './target.ts';

const read = (target: string | null | undefined) => readTarget([ecrPublic, ecr], target);

describe('a target', () => {
  it.each([
    ['ecr-public', ecrPublicModel],
    ['ecr', ecrModel],
  ] as const)('of %s has the prefix of its model', (service, { targetPrefix }) => {
    expect(targetOf(service, 'PutImage')).toBe(`${targetPrefix}.PutImage`);
  });

  it('names a service and an operation', () => {
    expect(read('SpencerFrontendService.PutImage')).toEqual({ service: ecrPublic, operation: 'PutImage' });
    expect(read('AmazonEC2ContainerRegistry_V20150921.ListImages')).toEqual({
      service: ecr,
      operation: 'ListImages',
    });
    expect(read('SpencerFrontendService.')).toEqual({ service: ecrPublic, operation: '' });
  });

  it.each([undefined, null, ''])('is asked for where it is %j', (target) => {
    expect(() => read(target)).toThrow(
      'The request needs the header X-Amz-Target, which names the operation. Write X-Amz-Target: SpencerFrontendService.<operation> or ' +
        'AmazonEC2ContainerRegistry_V20150921.<operation>',
    );
  });

  it.each(['PutImage', 'DynamoDB_20120810.PutItem', '.PutImage', 'spencerfrontendservice.PutImage', 'constructor.x'])(
    'is refused where it names another service: %s',
    (target) => {
      expect(() => read(target)).toThrow(
        `The header X-Amz-Target is '${target}', but this registry does not have that service. Write X-Amz-Target: `,
      );
    },
  );
});
