/** Pages of another origin than the registry's have this module as `coracle`. */
export { CreateRepositoryCommand, ECRClient } from '@aws-sdk/client-ecr';
export { buildImage } from '@coracle/registry';
