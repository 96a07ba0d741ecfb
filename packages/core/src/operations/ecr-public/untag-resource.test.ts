import { describe, expect, it } from 'vitest';
import { itConcernsAnArn } from '../../../test-support/arns.ts';
import { expectInvalid, registryWith, repositoryArn } from '../../../test-support/registry.ts';
import { itIsRefusedElsewhere } from '../../../test-support/rules.ts';

const resourceArn = repositoryArn('team/web');

async function tagged() {
  const registry = await registryWith(['team/web']);
  const tags = ['a', 'b', 'c'].map((Key) => ({ Key, Value: Key }));
  await registry.ecrPublic.tagResource({ resourceArn, tags });
  return registry;
}

describe('UntagResource', () => {
  itConcernsAnArn(({ ecrPublic }, arn) => ecrPublic.untagResource({ resourceArn: arn, tagKeys: ['a'] }));
  itIsRefusedElsewhere('UntagResource', ({ ecrPublic }, options) =>
    ecrPublic.untagResource({ resourceArn, tagKeys: [] }, options),
  );

  it('takes the tags with these keys away, and passes over the others', async () => {
    const { ecrPublic } = await tagged();
    expect(await ecrPublic.untagResource({ resourceArn, tagKeys: ['c', 'A', 'ghost', 'a', 'a'] })).toEqual({});
    expect(await ecrPublic.listTagsForResource({ resourceArn })).toEqual({ tags: [{ Key: 'b', Value: 'b' }] });
  });

  it('answers the same the second time', async () => {
    const { ecrPublic } = await tagged();
    for (let i = 0; i < 2; i++)
      expect(await ecrPublic.untagResource({ resourceArn, tagKeys: ['a', 'b', 'c'] })).toEqual({});
    expect(await ecrPublic.listTagsForResource({ resourceArn })).toEqual({ tags: [] });
  });

  it('takes none at all', async () => {
    const { ecrPublic } = await tagged();
    expect(await ecrPublic.untagResource({ resourceArn, tagKeys: [] })).toEqual({});
    expect((await ecrPublic.listTagsForResource({ resourceArn })).tags).toHaveLength(3);
  });

  it('makes room for others', async () => {
    const { ecrPublic } = await tagged();
    const tags = Array.from({ length: 47 }, (_, i) => ({ Key: `k${i}`, Value: '' }));
    await ecrPublic.tagResource({ resourceArn, tags });
    await ecrPublic.untagResource({ resourceArn, tagKeys: ['a'] });
    await ecrPublic.tagResource({ resourceArn, tags: [{ Key: 'd', Value: 'd' }] });
    expect((await ecrPublic.listTagsForResource({ resourceArn })).tags).toHaveLength(50);
  });

  it.each([
    [
      [''],
      'Member must satisfy constraint: [Member must have length less than or equal to 128, Member must have length greater than or equal to 1]',
    ],
    [Array.from({ length: 201 }, (_, i) => `k${i}`), 'Member must have length less than or equal to 200'],
  ])('refuses keys of a wrong form (%#)', async (tagKeys, constraint) => {
    const registry = await tagged();
    await expectInvalid(
      registry,
      () => registry.ecrPublic.untagResource({ resourceArn, tagKeys }),
      'tagKeys',
      constraint,
    );
  });
});
