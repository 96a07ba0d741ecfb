import type { Address } from '../src/index.ts';
import type { BuiltImage } from '../src/testing/index.ts';
import { account, start, streamOf, type TestRegistry } from './registry.ts';

/** The description of a private repository with default settings, as DescribeRepositories returns it. */
export const privateShape = (repositoryName: string, region = 'us-east-1') => ({
  repositoryArn: `arn:aws:ecr:${region}:${account}:repository/${repositoryName}`,
  registryId: account,
  repositoryName,
  repositoryUri: `${account}.dkr.ecr.${region}.amazonaws.com/${repositoryName}`,
  createdAt: new Date(start),
  imageTagMutability: 'MUTABLE' as const,
  imageScanningConfiguration: { scanOnPush: false },
  encryptionConfiguration: { encryptionType: 'AES256' as const },
});

export const privateAt = ({ distribution }: TestRegistry, repositoryName: string): Promise<Address> =>
  distribution.locate(`${account}.dkr.ecr.us-east-1.amazonaws.com`, repositoryName);

/** Pushes an image as docker does: blobs, then the manifest. */
export async function pushAt(
  { distribution }: TestRegistry,
  at: Address,
  reference: string,
  image: BuiltImage,
): Promise<void> {
  for (const { digest, bytes } of image.blobs) await distribution.putBlob(at, digest, streamOf(bytes));
  const { mediaType, manifest } = image;
  await distribution.putManifest(at, reference, { bytes: new TextEncoder().encode(manifest), mediaType });
}

export const pushPrivate = async (
  registry: TestRegistry,
  repositoryName: string,
  tag: string,
  image: BuiltImage,
): Promise<void> => pushAt(registry, await privateAt(registry, repositoryName), tag, image);
