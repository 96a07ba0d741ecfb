import { createHash } from 'node:crypto';
import type { EcrPublic } from '@coracle/core';
import { defaultAlias } from '../../../packages/core/test-support/registry.ts';
import { Images } from './image-model.ts';
import { limits } from './limits.ts';
import { policies } from './pool.ts';
import { account, at, inThe, refuse, refuseParameter } from './refusal.ts';
import { checkTags, limitTags } from './resource-tags.ts';

interface Upload {
  readonly startedAt: number;
  readonly parts: Uint8Array[];
}

export interface Repository {
  readonly name: string;
  readonly createdAt: number;
  readonly layers: Map<string, { size: number; mediaType?: string }>;
  readonly images: Images;
  readonly uploads: Map<string, Upload>;
  readonly tags: Map<string, string>;
  catalog: { data: object; logo: Uint8Array | undefined; logoUrl: string | undefined };
  policy: string | undefined;
}

const digestReasons = {
  missing: 'Invalid request parameters: layer digest cannot be null',
  invalid: "Invalid request parameters: layer digest should satisfy the regex '[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+'",
};

type Named = { readonly repositoryName: string };

/**
 * A naive ECR Public, written from the semantics with Maps and arrays. It may be slow. Methods take the input of the
 * operations. They read new ids from `answer`, the engine's own answer, because nobody can predict them.
 */
export class RegistryModel {
  readonly repositories = new Map<string, Repository>();
  readonly clock: () => number;
  #opened = false;
  #displayName: string | undefined;
  readonly #ids = new Set<string>();

  constructor(clock: () => number) {
    this.clock = clock;
  }

  need(name: string): Repository {
    const message = `The repository with name '${name}' does not exist in the registry with id '${account}'`;
    return this.repositories.get(name) ?? refuse('RepositoryNotFoundException', message);
  }

  #fresh(id: string | undefined): string {
    if (id === undefined || this.#ids.has(id)) throw new Error(`Not a new id: ${id}`);
    this.#ids.add(id);
    return id;
  }

  // Repositories

  shape({ name, createdAt }: Repository): EcrPublic.Repository {
    return {
      repositoryArn: `arn:aws:ecr-public::${account}:repository/${name}`,
      registryId: account,
      repositoryName: name,
      repositoryUri: `public.ecr.aws/${defaultAlias}/${name}`,
      createdAt: new Date(createdAt),
    };
  }

  createRepository(
    { repositoryName: name, tags = [], catalogData }: EcrPublic.CreateRepositoryRequest,
    answer?: EcrPublic.CreateRepositoryResponse,
  ): EcrPublic.CreateRepositoryResponse {
    const checked = checkTags(tags);
    limitTags(checked.length);
    if (this.repositories.has(name)) {
      const message = `The repository with name '${name}' already exists in the registry with id '${account}'`;
      refuse('RepositoryAlreadyExistsException', message);
    }
    if (this.repositories.size >= limits.public.repositoriesPerRegistry) refuse('LimitExceededException');
    const layers: Repository['layers'] = new Map();
    const repository: Repository = {
      name,
      createdAt: this.clock(),
      layers,
      images: new Images(name, layers),
      uploads: new Map(),
      tags: new Map(checked),
      catalog: { data: {}, logo: undefined, logoUrl: undefined },
      policy: undefined,
    };
    this.repositories.set(name, repository);
    this.#opened = true;
    return {
      repository: this.shape(repository),
      catalogData: catalogData ? this.#putCatalog(repository, catalogData, answer?.catalogData) : {},
    };
  }

  deleteRepository({ repositoryName: name, force }: EcrPublic.DeleteRepositoryRequest) {
    const repository = this.need(name);
    if (!force && repository.images.all.size > 0) {
      const message = `The ${at(name)} cannot be deleted because it still contains images`;
      refuse('RepositoryNotEmptyException', message);
    }
    this.repositories.delete(name);
    return { repository: this.shape(repository) };
  }

  describeRegistries() {
    const alias = { name: defaultAlias, status: 'ACTIVE', primaryRegistryAlias: true, defaultRegistryAlias: true };
    return {
      registries: [
        {
          registryId: account,
          registryArn: `arn:aws:ecr-public::${account}:registry/${account}`,
          registryUri: this.#opened ? `public.ecr.aws/${defaultAlias}` : '',
          verified: false,
          aliases: this.#opened ? [alias] : [],
        },
      ],
    };
  }

  // Uploads and layers

  initiateLayerUpload({ repositoryName }: Named, answer?: EcrPublic.InitiateLayerUploadResponse) {
    const repository = this.need(repositoryName);
    const uploadId = this.#fresh(answer?.uploadId);
    repository.uploads.set(uploadId, { startedAt: this.clock(), parts: [] });
    return { uploadId, partSize: 10_485_760 };
  }

  #upload(repository: Repository, id: string): Upload {
    const upload = repository.uploads.get(id);
    if (upload && this.clock() - upload.startedAt < limits.uploadLifetime) return upload;
    return refuse('UploadNotFoundException', `The upload with id '${id}' in the ${at(repository.name)} does not exist`);
  }

  uploadLayerPart(input: EcrPublic.UploadLayerPartRequest): EcrPublic.UploadLayerPartResponse {
    const { repositoryName, uploadId, partFirstByte: first, partLastByte: last, layerPartBlob } = input;
    const { parts } = this.#upload(this.need(repositoryName), uploadId);
    const size = parts.reduce((sum, { length }) => sum + length, 0);
    const echo = { registryId: account, repositoryName, uploadId };
    const members = { ...echo, lastValidByteReceived: Math.max(0, size - 1) };
    if (layerPartBlob.length === 0 || last - first + 1 !== layerPartBlob.length) {
      refuse('InvalidLayerPartException', 'Layer part size does not match the specified byte range', members);
    }
    if (first !== size) {
      refuse('InvalidLayerPartException', `First byte of the layer part is ${first} instead of ${size}`, members);
    }
    if (parts.length >= limits.public.partsPerLayer) refuse('LimitExceededException');
    parts.push(layerPartBlob);
    return { ...echo, lastByteReceived: last };
  }

  completeLayerUpload({ repositoryName, uploadId, layerDigests }: EcrPublic.CompleteLayerUploadRequest) {
    const repository = this.need(repositoryName);
    const { parts } = this.#upload(repository, uploadId);
    if (parts.length === 0) {
      const what = `The upload with id '${uploadId}' in the ${at(repositoryName)}`;
      refuse('EmptyUploadException', `${what} cannot be completed because it does not have any parts`);
    }
    if (parts.slice(0, -1).some(({ length }) => length < limits.minPartBytes)) {
      refuse('LayerPartTooSmallException', 'All layer parts except the last part should be at least 5MB');
    }
    const bytes = Buffer.concat(parts);
    const layerDigest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
    const comparable = layerDigests.filter((digest) => digest.startsWith('sha256:'));
    if (comparable.length > 0 && !comparable.includes(layerDigest)) {
      refuse('InvalidLayerException', 'None of the provided layer digests match the calculated layer digest');
    }
    repository.uploads.delete(uploadId);
    if (repository.layers.has(layerDigest)) {
      const message = `The layer with digest '${layerDigest}' already exists in the ${at(repositoryName)}`;
      refuse('LayerAlreadyExistsException', message);
    }
    repository.layers.set(layerDigest, { size: bytes.length });
    return { registryId: account, repositoryName, uploadId, layerDigest };
  }

  batchCheckLayerAvailability({ repositoryName, layerDigests }: EcrPublic.BatchCheckLayerAvailabilityRequest) {
    const { layers } = this.need(repositoryName);
    const wellFormed = (digest: string) => /^[a-zA-Z0-9\-_+.]+:[a-fA-F0-9]+$/.test(digest);
    const distinct = [...new Set(layerDigests)];
    return {
      layers: distinct.filter(wellFormed).map((layerDigest) => {
        const layer = layers.get(layerDigest);
        if (!layer) return { layerDigest, layerAvailability: 'UNAVAILABLE' };
        const { size, mediaType } = layer;
        return { layerDigest, layerAvailability: 'AVAILABLE', layerSize: size, ...(mediaType && { mediaType }) };
      }),
      failures: distinct
        .filter((digest) => !wellFormed(digest))
        .map((layerDigest) => ({
          layerDigest,
          failureCode: layerDigest === '' ? 'MissingLayerDigest' : 'InvalidLayerDigest',
          failureReason: digestReasons[layerDigest === '' ? 'missing' : 'invalid'],
        })),
    };
  }

  // Policies, tags, catalog

  setRepositoryPolicy({ repositoryName, policyText }: EcrPublic.SetRepositoryPolicyRequest) {
    const repository = this.need(repositoryName);
    const printed = policies.find(([text]) => text === policyText)?.[1];
    if (printed === undefined) refuseParameter('PolicyText', 'Invalid repository policy provided');
    repository.policy = printed;
    return this.getRepositoryPolicy({ repositoryName });
  }

  getRepositoryPolicy({ repositoryName }: Named) {
    const message = `Repository policy does not exist for the ${inThe(repositoryName)}`;
    const policyText = this.need(repositoryName).policy ?? refuse('RepositoryPolicyNotFoundException', message);
    return { registryId: account, repositoryName, policyText };
  }

  deleteRepositoryPolicy(input: Named) {
    const answer = this.getRepositoryPolicy(input);
    this.need(input.repositoryName).policy = undefined;
    return answer;
  }

  #ofArn(arn: string): Repository {
    const [, name] = /^arn:aws:ecr-public::123456789012:repository\/(.+)$/.exec(arn) ?? [];
    return name === undefined ? refuseParameter('resourceArn', 'Invalid ARN') : this.need(name);
  }

  tagResource({ resourceArn, tags }: EcrPublic.TagResourceRequest) {
    const repository = this.#ofArn(resourceArn);
    const checked = checkTags(tags);
    limitTags(new Set([...repository.tags.keys(), ...checked.map(([key]) => key)]).size);
    for (const [key, value] of checked) repository.tags.set(key, value);
    return {};
  }

  untagResource({ resourceArn, tagKeys }: EcrPublic.UntagResourceRequest) {
    const repository = this.#ofArn(resourceArn);
    for (const key of tagKeys) repository.tags.delete(key);
    return {};
  }

  listTagsForResource({ resourceArn }: EcrPublic.ListTagsForResourceRequest) {
    return { tags: [...this.#ofArn(resourceArn).tags].map(([Key, Value]) => ({ Key, Value })) };
  }

  #putCatalog(
    { catalog }: Repository,
    { logoImageBlob, ...data }: EcrPublic.RepositoryCatalogDataInput,
    answer?: EcrPublic.RepositoryCatalogData,
  ) {
    catalog.data = data;
    if (logoImageBlob) {
      catalog.logo = logoImageBlob;
      catalog.logoUrl = this.#fresh(answer?.logoUrl);
    }
    return { ...data, ...(catalog.logoUrl === undefined ? {} : { logoUrl: catalog.logoUrl }) };
  }

  putRepositoryCatalogData(
    { repositoryName, catalogData }: EcrPublic.PutRepositoryCatalogDataRequest,
    answer?: EcrPublic.PutRepositoryCatalogDataResponse,
  ) {
    return { catalogData: this.#putCatalog(this.need(repositoryName), catalogData, answer?.catalogData) };
  }

  getRepositoryCatalogData({ repositoryName }: Named) {
    const { data, logoUrl } = this.need(repositoryName).catalog;
    return { catalogData: { ...data, ...(logoUrl === undefined ? {} : { logoUrl }) } };
  }

  putRegistryCatalogData({ displayName }: EcrPublic.PutRegistryCatalogDataRequest) {
    this.#displayName = displayName;
    return this.getRegistryCatalogData();
  }

  getRegistryCatalogData() {
    return { registryCatalogData: this.#displayName === undefined ? {} : { displayName: this.#displayName } };
  }
}
