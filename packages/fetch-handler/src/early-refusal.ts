import { RegistryError } from '@coracle/core';
import { respond } from './respond.ts';
import { retryAfter, statusOf, withStatus } from './statuses.ts';
import { textAnswer } from './text.ts';
import { errorAnswer } from './v2/errors.ts';

/** What says which client a request is of. */
export interface ClientFacts {
  /** The path of the request. */
  readonly path: string;
  /** `X-Amz-Target`. */
  readonly target: string | null | undefined;
}

/** Makes the answer to a request that is refused before it is routed, so that its client shows the sentence. */
export const earlyRefusal = (status: number, sentence: string, facts: ClientFacts): Response =>
  refusalFor(withStatus(status, new RegistryError('AccessDeniedException', sentence, 'DENIED')), facts);

/** A refusal in the form that the client reads: that of `/v2/`, of AWS JSON, or a sentence. */
export function refusalFor(error: RegistryError, { path, target }: ClientFacts): Response {
  if (path === '/v2' || path.startsWith('/v2/')) return errorAnswer(error);
  const { name, message } = error;
  const status = statusOf(error);
  const headers = retryAfter(status);
  if (path !== '/' || target === null || target === undefined) return textAnswer(status, message, headers);
  const exception = JSON.stringify({ __type: name, message });
  return respond(status, { 'content-type': 'application/x-amz-json-1.1', ...headers }, exception);
}
