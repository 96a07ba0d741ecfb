import { RegistryError } from '@coracle/core';
import type { ClientFacts, Face } from './face.ts';
import { retryAfter, statusOf, withStatus } from './statuses.ts';
import { textAnswer } from './text.ts';

/** Makes the failure of a request that is refused before it is routed. */
export const accessDenied = (status: number, sentence: string): RegistryError =>
  withStatus(status, new RegistryError('AccessDeniedException', sentence, 'DENIED'));

export const clientOf = ({ headers }: Request, { pathname }: URL): ClientFacts => ({
  path: pathname,
  target: headers.get('x-amz-target'),
});

/**
 * Makes a refusal in the form that the client reads: that of the first face that knows the client, or otherwise a
 * sentence.
 */
export function refusalFor(error: RegistryError, client: ClientFacts, faces: readonly Face[]): Response {
  for (const { refuse } of faces) {
    const response = refuse?.(error, client);
    if (response) return response;
  }
  const status = statusOf(error);
  return textAnswer(status, error.message, retryAfter(status));
}
