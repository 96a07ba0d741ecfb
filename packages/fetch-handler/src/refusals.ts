import { RegistryError } from '@coracle/core';
import type { ClientFacts, Face } from './face.ts';
import { retryAfter, statusOf, withStatus } from './statuses.ts';
import { textAnswer } from './text.ts';

/**
 * Makes an AccessDeniedException with the given HTTP status, for a request that is refused before a route is chosen for
 * it.
 */
export const accessDenied = (status: number, sentence: string): RegistryError =>
  withStatus(status, new RegistryError('AccessDeniedException', sentence, 'DENIED'));

export const clientOf = ({ headers }: Request, { pathname }: URL): ClientFacts => ({
  path: pathname,
  target: headers.get('x-amz-target'),
});

/**
 * Returns the answer to a refused request. The first protocol handler that recognizes the client writes the error in
 * its own format. If no handler does, the answer is plain text.
 */
export function refusalFor(error: RegistryError, client: ClientFacts, faces: readonly Face[]): Response {
  for (const { refuse } of faces) {
    const response = refuse?.(error, client);
    if (response) return response;
  }
  const status = statusOf(error);
  return textAnswer(status, error.message, retryAfter(status));
}
