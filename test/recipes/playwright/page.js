import { DescribeImagesCommand, ECRPUBLICClient } from '@aws-sdk/client-ecr-public';

// A page that knows nothing of the test: it calls AWS.
const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
const client = new ECRPUBLICClient({ region: 'us-east-1', credentials });
const list = document.querySelector('#tags');
try {
  const { imageDetails } = await client.send(new DescribeImagesCommand({ repositoryName: 'team/web' }));
  for (const tag of imageDetails.flatMap(({ imageTags }) => imageTags)) {
    list.append(Object.assign(document.createElement('li'), { textContent: tag }));
  }
} catch (error) {
  list.append(error.name);
}
