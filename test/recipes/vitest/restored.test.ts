import { expect } from 'vitest';
import { test } from './registry.ts';

test('may delete everything', async ({ registry }) => {
  await registry.ecrPublic.deleteRepository({ repositoryName: 'team/web', force: true });

  const { repositories } = await registry.ecrPublic.describeRepositories({});
  expect(repositories).toEqual([]);
});

test('begins with the seed again', async ({ registry }) => {
  const { imageDetails } = await registry.ecrPublic.describeImages({ repositoryName: 'team/web' });
  expect(imageDetails).toHaveLength(2);
});
