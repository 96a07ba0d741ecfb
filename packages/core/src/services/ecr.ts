import { facts, otherOperations, pagination } from '../model/generated/ecr-facts.ts';
import { inputs } from '../model/generated/ecr-inputs.ts';
import { validateInput } from '../model/index.ts';
import { ecrOperations } from '../operations/generated/ecr.ts';
import type { Service } from './service.ts';

/** The service Amazon ECR. Pass it to `createEngine()` in the option `services`. */
export const ecr: Service<'ecr'> = {
  name: 'ecr',
  title: 'Amazon ECR',
  member: 'ecr',
  registries: 'private',
  facts,
  inputs,
  pagination,
  otherOperations,
  validate: validateInput,
  operations: ecrOperations,
};
