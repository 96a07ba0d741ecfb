import type { OperationName } from '../model/index.ts';

/**
 * The name of an action as in IAM, such as `PutImage`. The access policy decides by this name. Most actions have the
 * name of an operation of Amazon ECR or Amazon ECR Public. Both services use the same name for the same action (AWS
 * Service Authorization Reference, "Actions, resources, and condition keys" for both services).
 */
export type Action =
  | OperationName<'ecr-public'>
  | OperationName<'ecr'>
  | 'BatchGetImage'
  | 'GetDownloadUrlForLayer'
  | 'ListImages';
