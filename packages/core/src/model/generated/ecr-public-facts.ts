// Written by scripts/generate.mjs from model/ecr-public.json (2020-10-30). Do not edit.
import type { Pages, ServiceFacts } from '../shape.ts';

export const facts: ServiceFacts = { apiVersion: '2020-10-30' };

/** Operations of the service that Coracle has not got yet. */
export const otherOperations: readonly string[] = [];

export const pagination = {
  DescribeImageTags: {
    inputToken: 'nextToken',
    outputToken: 'nextToken',
    limitKey: 'maxResults',
    resultKeys: ['imageTagDetails'],
  },
  DescribeImages: {
    inputToken: 'nextToken',
    outputToken: 'nextToken',
    limitKey: 'maxResults',
    resultKeys: ['imageDetails'],
  },
  DescribeRegistries: {
    inputToken: 'nextToken',
    outputToken: 'nextToken',
    limitKey: 'maxResults',
    resultKeys: ['registries'],
  },
  DescribeRepositories: {
    inputToken: 'nextToken',
    outputToken: 'nextToken',
    limitKey: 'maxResults',
    resultKeys: ['repositories'],
  },
} as const satisfies Record<string, Pages>;
