import type { OperationName } from '../model/index.ts';

/**
 * The name of an action as in IAM, such as `PutImage`. The access policy decides by this name. Most actions are
 * operations of the services. Both services use the same name for the same action ("Actions, resources, and condition
 * keys" of Amazon ECR and of Amazon ECR Public).
 */
export type Action =
  | OperationName<'ecr-public'>
  | OperationName<'ecr'>
  | 'BatchGetImage'
  | 'GetDownloadUrlForLayer'
  | 'ListImages';
