/** A URL that botocore has presigned. */
export interface PresignedUrl {
  readonly service: 'ecr' | 'ecr-public';
  readonly operation: string;
  readonly url: string;
  /** The headers that the URL demands. Its method is POST, and its body is empty. */
  readonly headers: Readonly<Record<string, string>>;
  readonly sessionToken?: string;
  /** The parameters that were given to botocore. */
  readonly input: unknown;
}

/** The secret access key of AKIDEXAMPLE, which has signed the URLs. The key is an example of AWS's documentation. */
export const presignedSecret = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';

/** When the URLs were signed. They are valid for an hour. */
export const presignedAt = Date.parse('2026-11-21T12:00:00Z');

const headersOf = (target: string) => ({ 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target });

/**
 * URLs that botocore 1.43.11 has made: `client.generate_presigned_url(operation, Params=input, HttpMethod='POST')`, with
 * a fixed clock.
 */
export const presignedUrls: readonly PresignedUrl[] = [
  {
    service: 'ecr',
    operation: 'DescribeRepositories',
    url: 'https://api.ecr.us-east-1.amazonaws.com/?repositoryNames=team%2Fweb&repositoryNames=team%2Fapi&maxResults=5&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20261121%2Fus-east-1%2Fecr%2Faws4_request&X-Amz-Date=20261121T120000Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=content-type%3Bhost%3Bx-amz-target&X-Amz-Signature=e68eccaec35bd07f2eaf89e57062885abe74c8054691ebb4df33698aedc6aa5d',
    headers: headersOf('AmazonEC2ContainerRegistry_V20150921.DescribeRepositories'),
    input: { repositoryNames: ['team/web', 'team/api'], maxResults: 5 },
  },
  {
    service: 'ecr-public',
    operation: 'BatchDeleteImage',
    url: 'https://api.ecr-public.us-east-1.amazonaws.com/?repositoryName=team%2Fweb&imageIds=%7B%27imageTag%27%3A%20%27latest%27%7D&imageIds=%7B%27imageDigest%27%3A%20%27sha256%3Aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa%27%7D&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20261121%2Fus-east-1%2Fecr-public%2Faws4_request&X-Amz-Date=20261121T120000Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=content-type%3Bhost%3Bx-amz-target&X-Amz-Signature=7a9df1816c090a2aef64219b2d3b97e54026f20458271c6231e19d4b1f89949a',
    headers: headersOf('SpencerFrontendService.BatchDeleteImage'),
    input: {
      repositoryName: 'team/web',
      imageIds: [{ imageTag: 'latest' }, { imageDigest: `sha256:${'a'.repeat(64)}` }],
    },
  },
  {
    service: 'ecr',
    operation: 'CreateRepository',
    url: 'https://api.ecr.us-east-1.amazonaws.com/?repositoryName=team%2Fweb&tags=%7B%27Key%27%3A%20%22it%27s%22%2C%20%27Value%27%3A%20%27a%20%22b%22%20%5C%5C%20%C3%A9%5Cn%27%7D&imageScanningConfiguration=%7B%27scanOnPush%27%3A%20True%7D&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20261121%2Fus-east-1%2Fecr%2Faws4_request&X-Amz-Date=20261121T120000Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=content-type%3Bhost%3Bx-amz-target&X-Amz-Signature=0cf335618bcd26658a45b11d76f5472c413b2f131734b36739d4462277ab53fb',
    headers: headersOf('AmazonEC2ContainerRegistry_V20150921.CreateRepository'),
    input: {
      repositoryName: 'team/web',
      tags: [{ Key: "it's", Value: 'a "b" \\ é\n' }],
      imageScanningConfiguration: { scanOnPush: true },
    },
  },
  {
    service: 'ecr-public',
    operation: 'DeleteRepository',
    url: 'https://api.ecr-public.us-east-1.amazonaws.com/?repositoryName=team%2Fweb&force=True&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20261121%2Fus-east-1%2Fecr-public%2Faws4_request&X-Amz-Date=20261121T120000Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=content-type%3Bhost%3Bx-amz-target&X-Amz-Security-Token=session%2Btoken%2F%3D&X-Amz-Signature=998ec1f66151066d789aa35aaf0e0ba1d27d39add5763d389fce0a7bf98f0738',
    headers: headersOf('SpencerFrontendService.DeleteRepository'),
    sessionToken: 'session+token/=',
    input: { repositoryName: 'team/web', force: true },
  },
  {
    service: 'ecr-public',
    operation: 'UploadLayerPart',
    url: 'https://api.ecr-public.us-east-1.amazonaws.com/?repositoryName=team%2Fweb&uploadId=u-1&partFirstByte=0&partLastByte=3&layerPartBlob=YWJjZA%3D%3D&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20261121%2Fus-east-1%2Fecr-public%2Faws4_request&X-Amz-Date=20261121T120000Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=content-type%3Bhost%3Bx-amz-target&X-Amz-Signature=0209f7631d3620ef9e5fb932ccdaab641a42b1cce0acc41ce292d5859667afda',
    headers: headersOf('SpencerFrontendService.UploadLayerPart'),
    input: {
      repositoryName: 'team/web',
      uploadId: 'u-1',
      partFirstByte: 0,
      partLastByte: 3,
      layerPartBlob: Uint8Array.from([97, 98, 99, 100]),
    },
  },
];
