import type { Action } from './action.ts';
import type { Right } from './identity.ts';

/** The actions that read images and lists at `/v2/`. */
const pulls: ReadonlySet<Action> = new Set<Action>([
  'BatchCheckLayerAvailability',
  'BatchGetImage',
  'DescribeRepositories',
  'GetDownloadUrlForLayer',
  'ListImages',
]);

/**
 * The actions of `/v2/` that write or delete, and the actions by which clients check before a push whether a manifest
 * or a blob exists.
 */
const pushes: ReadonlySet<Action> = new Set<Action>([
  'BatchCheckLayerAvailability',
  'BatchDeleteImage',
  'BatchGetImage',
  'CompleteLayerUpload',
  'CreateRepository',
  'InitiateLayerUpload',
  'PutImage',
  'UploadLayerPart',
]);

/** Returns whether a user with these rights may do an action. Every other action needs an AWS identity. */
export const permits = (rights: readonly Right[], action: Action): boolean =>
  (rights.includes('pull') && pulls.has(action)) || (rights.includes('push') && pushes.has(action));

/** Returns the rights of which one is necessary for an action. The list is empty if no right is enough. */
export const rightsFor = (action: Action): readonly Right[] =>
  (['pull', 'push'] as const).filter((right) => permits([right], action));
