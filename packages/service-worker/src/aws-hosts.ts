import { logoOrigin } from '@coracle/core';
import { callerOf, isAwsHost } from '@coracle/fetch-handler';

/**
 * Returns whether a URL has a host of Amazon ECR Public or Amazon ECR: a host of their APIs, of their registries, or of
 * the logos of repositories. `answerFetches(registry, { hosts: awsHosts })` answers clients of the AWS SDK that have no
 * option `endpoint`.
 */
export const awsHosts = ({ host, origin }: URL): boolean =>
  isAwsHost(host) || callerOf({ host }).region !== undefined || origin === logoOrigin;
