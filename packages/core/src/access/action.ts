import type { OperationName } from '../model/index.ts';

/**
 * The name of what a caller wants to do, as IAM has it: that of an operation of one of the services. Both services call
 * the same things by the same names ("Actions, resources, and condition keys" of Amazon ECR and of Amazon ECR Public).
 */
export type Action =
  | OperationName<'ecr-public'>
  | OperationName<'ecr'>
  | 'BatchGetImage'
  | 'GetDownloadUrlForLayer'
  | 'ListImages';
