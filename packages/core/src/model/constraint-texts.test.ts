import { describe, expect, it } from 'vitest';
import { ecr } from '../services/ecr.ts';
import { ecrPublic } from '../services/ecr-public.ts';
import { validateInput } from './validate.ts';

const publicName = '(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*';
const privateName = '[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*)*';
const invalid = (path: string, constraint: string) =>
  `InvalidParameterException: Invalid parameter at '${path}' failed to satisfy constraint: '${constraint}'`;

function refusal(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    return String(error);
  }
  return 'taken';
}

const createPublic = (input: unknown) => refusal(() => validateInput(ecrPublic, 'CreateRepository', input));
const createPrivate = (input: unknown) => refusal(() => validateInput(ecr, 'CreateRepository', input));
const describeRepositories = (input: unknown) => refusal(() => validateInput(ecrPublic, 'DescribeRepositories', input));
const batchDelete = (imageIds: unknown) =>
  refusal(() => validateInput(ecrPublic, 'BatchDeleteImage', { repositoryName: 'ab', imageIds }));

describe('the texts of violated constraints, as the services print them', () => {
  it('a required member that is missing', () => {
    expect(createPublic({})).toBe(invalid('repositoryName', 'Member must not be null'));
  });

  it('lengths of texts, lists and blobs', () => {
    expect(createPublic({ repositoryName: 'a' })).toBe(
      invalid('repositoryName', 'Member must have length greater than or equal to 2'),
    );
    expect(createPublic({ repositoryName: 'a'.repeat(206) })).toBe(
      invalid('repositoryName', 'Member must have length less than or equal to 205'),
    );
    expect(batchDelete([])).toBe(invalid('imageIds', 'Member must have length greater than or equal to 1'));
    expect(batchDelete(Array(101).fill({}))).toBe(
      invalid('imageIds', 'Member must have length less than or equal to 100'),
    );
    const catalogData = { logoImageBlob: new Uint8Array(512_001) };
    expect(createPublic({ repositoryName: 'ab', catalogData })).toBe(
      invalid('catalogData.logoImageBlob', 'Member must have length less than or equal to 512000'),
    );
  });

  it('counts UTF-16 units, as Java does', () => {
    const put = (displayName: string) =>
      refusal(() => validateInput(ecrPublic, 'PutRegistryCatalogData', { displayName }));
    expect(put('🛶'.repeat(50))).toBe('taken');
    expect(put('🛶'.repeat(51))).toBe(invalid('displayName', 'Member must have length less than or equal to 100'));
  });

  it('values', () => {
    expect(describeRepositories({ maxResults: 1001 })).toBe(
      invalid('maxResults', 'Member must have value less than or equal to 1000'),
    );
    expect(describeRepositories({ maxResults: 0 })).toBe(
      invalid('maxResults', 'Member must have value greater than or equal to 1'),
    );
  });

  it("each service's repository name, written by hand", () => {
    expect(createPublic({ repositoryName: 'a__b' })).toBe(
      invalid('repositoryName', `must satisfy regular expression '${publicName}'`),
    );
    expect(createPrivate({ repositoryName: 'a__b' })).toBe('taken');
    expect(createPrivate({ repositoryName: 'A/b' })).toBe(
      invalid('repositoryName', `must satisfy regular expression '${privateName}'`),
    );
    expect(createPublic({ repositoryName: 'good/name\n' })).toContain('must satisfy regular expression');
  });

  it('registryId, written by hand: an account id, or an alias as well for what pushes and deletes', () => {
    expect(describeRepositories({ registryId: 'u5z7v9h3' })).toBe(
      invalid('registryId', "must satisfy regular expression '[0-9]{12}'"),
    );
    const start = (registryId: string) =>
      refusal(() => validateInput(ecrPublic, 'InitiateLayerUpload', { repositoryName: 'ab', registryId }));
    expect(start('u5z7v9h3')).toBe('taken');
    expect(start('123456789012')).toBe('taken');
    expect(start('u')).toBe(invalid('registryId', 'Member must have length greater than or equal to 2'));
  });

  it('a pattern of the model elsewhere', () => {
    const call = { repositoryName: 'ab', uploadId: 'x', layerDigests: ['sha256:aa'] };
    expect(refusal(() => validateInput(ecrPublic, 'CompleteLayerUpload', call))).toBe(
      invalid(
        'uploadId',
        'Member must satisfy regular expression pattern: [0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}',
      ),
    );
  });

  it("an enum, in the server's own order", () => {
    expect(createPrivate({ repositoryName: 'ab', imageTagMutability: 'mutable' })).toBe(
      invalid(
        'imageTagMutability',
        'Member must satisfy enum value set: [IMMUTABLE, MUTABLE, MUTABLE_WITH_EXCLUSION, IMMUTABLE_WITH_EXCLUSION]',
      ),
    );
    expect(createPrivate({ repositoryName: 'ab', encryptionConfiguration: { encryptionType: 'DES' } })).toBe(
      invalid('encryptionConfiguration.encryptionType', 'Member must satisfy enum value set: [AES256, KMS, KMS_DSSE]'),
    );
  });

  it('a list of scalars, refused as a whole', () => {
    expect(refusal(() => validateInput(ecr, 'GetAuthorizationToken', { registryIds: ['123456789012', '1'] }))).toBe(
      invalid(
        'registryIds',
        'Member must satisfy constraint: [Member must satisfy regular expression pattern: [0-9]{12}]',
      ),
    );
    expect(describeRepositories({ repositoryNames: ['good', 'Bad'] })).toBe(
      invalid(
        'repositoryNames',
        `Member must satisfy constraint: [Member must have length less than or equal to 205, Member must have length greater than or equal to 2, Member must satisfy regular expression pattern: ${publicName}]`,
      ),
    );
  });

  it('structures in lists, counted from 1 and in lower camel case', () => {
    const tags = [{ Key: 'a', Value: '' }, { Key: 'a'.repeat(129) }];
    expect(createPublic({ repositoryName: 'ab', tags })).toBe(
      invalid('tags.2.member.key', 'Member must have length less than or equal to 128'),
    );
    expect(createPrivate({ repositoryName: 'ab', tags })).toBe(
      invalid('tags.2.member.value', 'Member must not be null'),
    );
    expect(batchDelete([{ imageTag: 'v1' }, { imageTag: '' }])).toBe(
      invalid('imageIds.2.member.imageTag', 'Member must have length greater than or equal to 1'),
    );
  });

  it('null in a list', () => {
    expect(batchDelete([{ imageTag: 'v1' }, null])).toBe(invalid('imageIds.2.member', 'Member must not be null'));
    expect(describeRepositories({ repositoryNames: ['ab', undefined] })).toBe(
      invalid('repositoryNames.2.member', 'Member must not be null'),
    );
  });

  it('the policy, capitalised', () => {
    const set = (input: object) =>
      refusal(() => validateInput(ecrPublic, 'SetRepositoryPolicy', { repositoryName: 'ab', ...input }));
    expect(set({})).toBe(invalid('PolicyText', 'Cannot be null'));
    expect(set({ policyText: ' '.repeat(10_241) })).toBe(
      invalid('PolicyText', 'Member must have length less than or equal to 10240'),
    );
  });

  it('one violation only: what is required first, then in the order of the model', () => {
    expect(createPublic({ tags: [{ Key: '' }] })).toBe(invalid('repositoryName', 'Member must not be null'));
    expect(createPrivate({ registryId: 'x', repositoryName: 'X', imageTagMutability: 'x' })).toContain("'registryId'");
    expect(createPublic({ repositoryName: 'X'.repeat(300) })).toContain('Member must have length');
  });
});

describe('the texts of wrong types', () => {
  it('name what was found, what was wanted, and where', () => {
    expect(describeRepositories({ maxResults: '10' })).toBe(
      "SerializationException: STRING_VALUE can not be converted to an Integer at 'maxResults'",
    );
    expect(createPublic({ repositoryName: 7 })).toBe(
      "SerializationException: NUMBER_VALUE can not be converted to a String at 'repositoryName'",
    );
    expect(createPublic({ repositoryName: true })).toContain('TRUE_VALUE can not be converted to a String');
    expect(createPublic({ repositoryName: false })).toContain('FALSE_VALUE can not be converted to a String');
    expect(batchDelete([{}, { imageTag: {} }])).toBe(
      "SerializationException: START_OBJECT can not be converted to a String at 'imageIds.2.member.imageTag'",
    );
    expect(batchDelete('latest')).toContain("STRING_VALUE can not be converted to a List at 'imageIds'");
    expect(batchDelete(['latest'])).toContain(
      "STRING_VALUE can not be converted to a Structure at 'imageIds.1.member'",
    );
    expect(createPublic({ repositoryName: 'ab', catalogData: { logoImageBlob: 'AQID' } })).toContain(
      "STRING_VALUE can not be converted to a Blob at 'catalogData.logoImageBlob'",
    );
    expect(createPublic([])).toBe('SerializationException: START_ARRAY can not be converted to a Structure');
    expect(createPublic({ repositoryName: 7n })).toContain('BIGINT_VALUE can not be converted to a String');
  });

  it('a number that is not whole, or that JavaScript cannot hold', () => {
    expect(describeRepositories({ maxResults: 1.5 })).toBe(
      "SerializationException: NUMBER_VALUE can not be converted to an Integer at 'maxResults': 1.5 is not a whole number below 2^53",
    );
  });

  it('come before any constraint', () => {
    expect(createPublic({ tags: 'no' })).toContain("STRING_VALUE can not be converted to a List at 'tags'");
  });
});
