import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DescribeImageScanFindingsCommand, ECRClient } from '@aws-sdk/client-ecr';
import { DescribeImagesCommand, ECRPUBLICClient } from '@aws-sdk/client-ecr-public';
import { createRegistry } from '@coracle/registry';
import { awsSdk } from '@coracle/registry/aws-sdk';
import { mockClient } from 'aws-sdk-client-mock';

test('mocks one client, while another has a registry', async () => {
  const registry = createRegistry();
  await registry.seed({ public: { 'team/web': ['v1'] } });
  const images = new ECRPUBLICClient(awsSdk(registry));
  const scans = new ECRClient({ region: 'us-east-1' });
  const mock = mockClient(scans);
  mock.on(DescribeImageScanFindingsCommand).resolves({ imageScanStatus: { status: 'COMPLETE' } });

  const { imageDetails } = await images.send(new DescribeImagesCommand({ repositoryName: 'team/web' }));
  assert.deepEqual(imageDetails[0].imageTags, ['v1']);
  const scan = new DescribeImageScanFindingsCommand({ repositoryName: 'team/web', imageId: { imageTag: 'v1' } });
  assert.equal((await scans.send(scan)).imageScanStatus.status, 'COMPLETE');
  assert.equal(mock.calls().length, 1);
});
