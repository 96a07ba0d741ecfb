import type { OperationName } from '@coracle/registry/core';
import { expect } from 'vitest';
import { test } from '../support/clients.ts';
import { awsCli, describeWith } from '../support/describe-with.ts';
import type { Cases } from './aws-cli/given.ts';
import { images } from './aws-cli/images.ts';
import { policiesAndTags } from './aws-cli/policies-and-tags.ts';
import { repositories } from './aws-cli/repositories.ts';

/** Each operation of ECR Public. The type does not compile if one is missing. */
const operations: Cases = { ...repositories, ...policiesAndTags, ...images };

describeWith([awsCli], 'the AWS CLI runs each operation of ECR Public', () => {
  test.concurrent.for(Object.entries(operations))('%s', async ([operation, perform], { server, aws, folder }) => {
    const seen = server.registry.intercept(operation as OperationName<'ecr-public'>, { service: 'ecr-public' });
    await perform({ server, aws, folder });
    expect(seen.calls.length).toBeGreaterThan(0);
  });
});
