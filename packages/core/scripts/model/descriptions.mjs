/**
 * Descriptions of structures, in our own words. The other structures are described by the operations that use them.
 */
export const STRUCTURES = {
  AuthorizationData: 'A token for the Docker front: base64 of `AWS:<password>`, good until `expiresAt`.',
  EncryptionConfiguration: 'How what is pushed to a repository is encrypted at rest.',
  Image: 'An image: its manifest, byte for byte as it was pushed, and where it is kept.',
  ImageDetail: 'An image as described, without its manifest. `imageTags` is absent from an untagged image.',
  ImageFailure: 'Why one image of a batch was refused, while the others were not.',
  ImageIdentifier: 'An image by its digest, by its tag, or by both.',
  ImageScanningConfiguration: 'Whether images are scanned when they are pushed.',
  ImageTagDetail: 'A tag, when it was put on its image, and that image.',
  ImageTagMutabilityExclusionFilter:
    "Tags that are exempt from the repository's mutability, `*` standing for any text.",
  Layer: 'Whether a layer is there. Size and media type are known of layers that are.',
  LayerFailure: 'Why one layer of a batch was refused, while the others were not.',
  ReferencedImageDetail: 'The image that a tag points to.',
  Registry: 'A public registry and its aliases.',
  RegistryAlias: 'A name under which a public registry can be reached: `public.ecr.aws/<name>/…`.',
  RegistryCatalogData: 'What the public gallery shows about a registry.',
  Repository: 'A repository: its names, and when it was made.',
  RepositoryCatalogData: 'What the public gallery shows about a repository.',
  RepositoryCatalogDataInput: 'What the public gallery is to show about a repository.',
  Tag: 'A resource tag, for cost allocation and access rules. It has nothing to do with image tags.',
};

/** Descriptions of values whose limits do not explain them. */
export const NOTES = {
  ImageDigest: '`sha256:` and 64 hex digits',
  LayerDigest: '`sha256:` and 64 hex digits',
  RegistryId: 'an account id',
  RegistryIdOrAlias: "an account id or a registry's alias",
};
