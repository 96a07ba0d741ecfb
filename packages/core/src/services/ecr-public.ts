import { facts, otherOperations, pagination } from '../model/generated/ecr-public-facts.ts';
import { inputs } from '../model/generated/ecr-public-inputs.ts';
import { validateInput } from '../model/index.ts';
import { ecrPublicOperations } from '../operations/generated/ecr-public.ts';
import type { Service } from './service.ts';

/** The service Amazon ECR Public. Pass it to `createEngine()` in the option `services`. */
export const ecrPublic: Service<'ecr-public'> = {
  name: 'ecr-public',
  title: 'Amazon ECR Public',
  member: 'ecrPublic',
  registries: 'public',
  facts,
  inputs,
  pagination,
  otherOperations,
  validate: validateInput,
  operations: ecrPublicOperations,
  elsewhere: new Set([
    'BatchCheckLayerAvailability',
    'BatchDeleteImage',
    'CompleteLayerUpload',
    'DescribeImages',
    'DescribeImageTags',
    'InitiateLayerUpload',
    'PutImage',
    'UploadLayerPart',
  ]),
};
