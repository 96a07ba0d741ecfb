import { describe, expect, it } from 'vitest';
import { readTarget } from './target.ts';

describe('a target', () => {
  it('names a service and an operation', () => {
    expect(readTarget('SpencerFrontendService.PutImage')).toEqual({ service: 'ecr-public', operation: 'PutImage' });
    expect(readTarget('AmazonEC2ContainerRegistry_V20150921.ListImages')).toEqual({
      service: 'ecr',
      operation: 'ListImages',
    });
    expect(readTarget('SpencerFrontendService.')).toEqual({ service: 'ecr-public', operation: '' });
  });

  it.each([undefined, null, ''])('is asked for where it is %j', (target) => {
    expect(() => readTarget(target)).toThrow(
      'The request does not say which operation it wants. Write X-Amz-Target: SpencerFrontendService.<operation> or ' +
        'AmazonEC2ContainerRegistry_V20150921.<operation>',
    );
  });

  it.each(['PutImage', 'DynamoDB_20120810.PutItem', '.PutImage', 'spencerfrontendservice.PutImage', 'constructor.x'])(
    'is refused where it names another service: %s',
    (target) => {
      expect(() => readTarget(target)).toThrow(`'${target}' names no service that is here. Write X-Amz-Target: `);
    },
  );
});
