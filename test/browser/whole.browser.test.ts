import { DescribeImagesCommand, ECRPUBLICClient, RepositoryNotFoundException } from '@aws-sdk/client-ecr-public';
import { buildImage, createRegistry } from '@coracle/registry';
import { awsSdk } from '@coracle/registry/aws-sdk';
import { deleteIndexedDbStorage, indexedDbStorage } from '@coracle/registry/storage-indexeddb';
import { expect, it, onTestFinished } from 'vitest';
import { pushImage } from './push-and-pull.ts';

it('a registry in a page: pushed to over /v2/, described by the AWS SDK', async () => {
  onTestFinished(() => deleteIndexedDbStorage('whole'));
  const options = { registryAlias: 'harbour', createOnPush: true };
  const registry = createRegistry({ ...options, storage: indexedDbStorage('whole') });
  const image = await buildImage({ layers: ['hello'] });
  await pushImage(registry, 'team/web', image, 'v1');

  const client = new ECRPUBLICClient(awsSdk(registry));
  const described = await client.send(new DescribeImagesCommand({ repositoryName: 'team/web' }));
  expect(described.imageDetails).toMatchObject([
    { imageDigest: image.digest, imageTags: ['v1'], imagePushedAt: expect.any(Date) },
  ]);
  const missing = client.send(new DescribeImagesCommand({ repositoryName: 'team/none' }));
  await expect(missing).rejects.toBeInstanceOf(RepositoryNotFoundException);

  // Another registry on the same database, as after a reload.
  const again = createRegistry({ ...options, storage: indexedDbStorage('whole') });
  const pulled = await again.fetch(new Request('http://registry/v2/harbour/team/web/manifests/v1'));
  expect([pulled.status, await pulled.text()]).toEqual([200, image.manifest]);
});
