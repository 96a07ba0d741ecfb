import { describe, expect, it } from 'vitest';
import { itConcernsAnArn } from '../../../test-support/arns.ts';
import { emptyRegistry, registryWith, repositoryArn } from '../../../test-support/registry.ts';
import { itIsRefusedElsewhere } from '../../../test-support/rules.ts';

const resourceArn = repositoryArn('team/web');

describe('ListTagsForResource', () => {
  itConcernsAnArn(({ ecrPublic }, arn) => ecrPublic.listTagsForResource({ resourceArn: arn }));
  itIsRefusedElsewhere('ListTagsForResource', ({ ecrPublic }, options) =>
    ecrPublic.listTagsForResource({ resourceArn }, options),
  );

  it('gives an empty list where there are none', async () => {
    const { ecrPublic } = await registryWith(['team/web']);
    expect(await ecrPublic.listTagsForResource({ resourceArn })).toEqual({ tags: [] });
  });

  it('gives those of CreateRepository and of TagResource, in the order in which they came', async () => {
    const { ecrPublic } = emptyRegistry();
    await ecrPublic.createRepository({ repositoryName: 'team/web', tags: [{ Key: 'z', Value: '1' }] });
    await ecrPublic.tagResource({ resourceArn, tags: [{ Key: 'a', Value: '2' }] });
    expect(await ecrPublic.listTagsForResource({ resourceArn })).toEqual({
      tags: [
        { Key: 'z', Value: '1' },
        { Key: 'a', Value: '2' },
      ],
    });
  });
});
