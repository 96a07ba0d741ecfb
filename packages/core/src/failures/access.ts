import { failure } from './failure.ts';

/** The facts of a refused action, for the error text. `reason` completes the sentence. */
interface Refused {
  /** The ARN of an AWS identity, or the name of a user. */
  readonly who: string;
  /** The action with the prefix of its service, such as `ecr:PutImage`. */
  readonly action: string;
  /** The ARN of the repository; `*` if the action is about a registry. */
  readonly resource: string;
  readonly reason: string;
}

export const accessDenied = failure<Refused>(
  'AccessDeniedException',
  'DENIED',
  ({ who, action, resource, reason }) =>
    `User: ${who} is not authorized to perform: ${action} on resource: ${resource} ${reason}`,
);

export const loginNeeded = failure<void>(
  'AccessDeniedException',
  'UNAUTHORIZED',
  () => 'Authentication is required: log in to the registry, for example with docker login',
);

export const scopeTooSmall = failure<{ repository: string; action: string }>(
  'AccessDeniedException',
  'UNAUTHORIZED',
  ({ repository, action }) =>
    `The token does not allow ${action} in ${repository}: request a token with a scope for this repository and action`,
);

export const tokenOfOtherService = failure<{ issued: string; asked: string }>(
  'AccessDeniedException',
  'UNAUTHORIZED',
  ({ issued, asked }) =>
    `The token comes from GetAuthorizationToken of ${issued}, and this repository needs a token of ${asked}`,
);

export const tokenOfOtherRegion = failure<{ issued: string; asked: string }>(
  'AccessDeniedException',
  'UNAUTHORIZED',
  ({ issued, asked }) =>
    `The token comes from GetAuthorizationToken in ${issued}, and this repository is in ${asked}: request a token there`,
);
