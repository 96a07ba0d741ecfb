import { describe, expect, it } from 'vitest';
import { itConcernsAnArn } from '../../../test-support/arns.ts';
import {
  expectInvalid,
  expectRefused,
  otherAccount,
  registryWith,
  repositoryArn,
  type TestRegistry,
} from '../../../test-support/registry.ts';
import { itIsRefusedElsewhere } from '../../../test-support/rules.ts';
import type { EcrPublic } from '../../model/index.ts';

const resourceArn = repositoryArn('team/web');

const tag = ({ ecrPublic }: TestRegistry, ...tags: EcrPublic.Tag[]) => ecrPublic.tagResource({ resourceArn, tags });
const tagsOf = async ({ ecrPublic }: TestRegistry) => (await ecrPublic.listTagsForResource({ resourceArn })).tags;
const numbered = (length: number, from = 0) => Array.from({ length }, (_, i) => ({ Key: `k${from + i}`, Value: 'v' }));

describe('TagResource', () => {
  itConcernsAnArn(({ ecrPublic }, arn) =>
    ecrPublic.tagResource({ resourceArn: arn, tags: [{ Key: 'a', Value: 'b' }] }),
  );
  itIsRefusedElsewhere('TagResource', ({ ecrPublic }, options) =>
    ecrPublic.tagResource({ resourceArn, tags: [] }, options),
  );

  it('adds tags, overwrites equal keys and keeps the rest', async () => {
    const registry = await registryWith(['team/web']);
    expect(await tag(registry, { Key: 'a', Value: '1' }, { Key: 'b', Value: '2' })).toEqual({});
    expect(await tag(registry, { Key: 'c', Value: '' }, { Key: 'a', Value: '3' })).toEqual({});
    expect(await tagsOf(registry)).toEqual([
      { Key: 'a', Value: '3' },
      { Key: 'b', Value: '2' },
      { Key: 'c', Value: '' },
    ]);
  });

  it('takes keys that differ only in their case', async () => {
    const registry = await registryWith(['team/web']);
    await tag(registry, { Key: 'team', Value: 'a' }, { Key: 'Team', Value: 'b' });
    expect(await tagsOf(registry)).toHaveLength(2);
  });

  it('takes letters of any script, digits, blanks and some signs', async () => {
    const registry = await registryWith(['team/web']);
    const tags = [
      { Key: 'Größe 大きさ', Value: 'a b_.:/=+-@0' },
      { Key: 'my aws:key', Value: 'not aws:value' },
    ];
    await tag(registry, ...tags);
    expect(await tagsOf(registry)).toEqual(tags);
  });

  it('takes none at all', async () => {
    const registry = await registryWith(['team/web']);
    expect(await tag(registry)).toEqual({});
    expect(await tagsOf(registry)).toEqual([]);
  });

  it.each<[string, EcrPublic.Tag[]]>([
    ['a reserved key', [{ Key: 'aws:x', Value: 'y' }]],
    ['a reserved key in other letters', [{ Key: 'Aws:', Value: 'y' }]],
    ['a reserved value', [{ Key: 'x', Value: 'aws:y' }]],
    ['an illegal character', [{ Key: 'a,b', Value: 'y' }]],
    ['a line break', [{ Key: 'a', Value: 'b\nc' }]],
    ['an emoji', [{ Key: '🛶', Value: 'boat' }]],
    ['no value', [{ Key: 'x' }]],
    ['no key', [{ Value: 'x' }]],
    [
      'one key twice',
      [
        { Key: 'x', Value: '1' },
        { Key: 'x', Value: '1' },
      ],
    ],
  ])('refuses %s, and all that came with it', async (_, tags) => {
    const registry = await registryWith(['team/web']);
    await tag(registry, { Key: 'old', Value: '' });
    await expectRefused(
      registry,
      () => tag(registry, { Key: 'good', Value: '' }, ...tags),
      'InvalidTagParameterException',
      'Tag parameters are invalid',
    );
  });

  it('refuses more than 50 in total', async () => {
    const registry = await registryWith(['team/web']);
    await tag(registry, ...numbered(49));
    await expectRefused(
      registry,
      () => tag(registry, ...numbered(2, 100)),
      'TooManyTagsException',
      'Maximum number of tags allowed per resource is 50.',
    );
    await tag(registry, ...numbered(10, 40));
    expect(await tagsOf(registry)).toHaveLength(50);
  });

  it('keeps 50 of the longest keys and values of any script', async () => {
    const registry = await registryWith(['team/web']);
    const tags = Array.from({ length: 50 }, (_, i) => ({ Key: `${i}`.padEnd(128, '大'), Value: '大'.repeat(256) }));
    await tag(registry, ...tags);
    expect(await tagsOf(registry)).toEqual(tags);
  });

  it.each([
    ['tags.1.member.key', [{ Key: '', Value: 'x' }], 'Member must have length greater than or equal to 1'],
    [
      'tags.2.member.key',
      [
        { Key: 'a', Value: 'b' },
        { Key: 'x'.repeat(129), Value: '' },
      ],
      'Member must have length less than or equal to 128',
    ],
    [
      'tags.1.member.value',
      [{ Key: 'a', Value: 'x'.repeat(257) }],
      'Member must have length less than or equal to 256',
    ],
    ['tags', numbered(201), 'Member must have length less than or equal to 200'],
  ])('refuses a wrong length at %s', async (path, tags, constraint) => {
    const registry = await registryWith(['team/web']);
    await expectInvalid(registry, () => tag(registry, ...tags), path, constraint);
  });

  it('needs tags', async () => {
    const registry = await registryWith(['team/web']);
    await expectInvalid(
      registry,
      () => registry.engine.invoke('ecr-public', 'TagResource', { resourceArn }),
      'tags',
      'Member must not be null',
    );
  });

  it('loses none when many come at once', async () => {
    const registry = await registryWith(['team/web']);
    await Promise.all(numbered(50).map((one) => tag(registry, one)));
    expect(await tagsOf(registry)).toHaveLength(50);
  });

  it('tags the repository of the account in the ARN, whoever calls', async () => {
    const registry = await registryWith(['team/web']);
    await registry.ecrPublic.createRepository({ repositoryName: 'team/web' }, { accountId: otherAccount });
    const input = { resourceArn, tags: [{ Key: 'a', Value: 'b' }] };
    await registry.ecrPublic.tagResource(input, { accountId: otherAccount });
    expect(await tagsOf(registry)).toHaveLength(1);
  });
});
