export { createRegistry } from '@coracle/registry';
export { answerFetches, awsHosts } from '@coracle/registry/service-worker';
