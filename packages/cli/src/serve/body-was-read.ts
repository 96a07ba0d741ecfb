import type { IncomingMessage, ServerResponse } from 'node:http';
import { hasBody } from './served-request.ts';

const message =
  'The body was read before the registry received the request, for example by a body parser such as express.json(). ' +
  'Put the registry in front of the body parser.';

/**
 * Returns whether other code, such as a body parser, has already read bytes from the body of the request. The registry
 * would not receive these bytes.
 */
export const wasBodyRead = (request: IncomingMessage): boolean => hasBody(request) && request.readableDidRead;

/**
 * Answers with status 500 if other code has already read the body of the request. The body of the answer has the
 * members of an AWS error and also those of a `/v2/` error, so that both types of clients can show its message.
 */
export function refuseWithoutBody(response: ServerResponse): void {
  response.writeHead(500, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ __type: 'ServerException', message, errors: [{ code: 'UNKNOWN', message }] }));
}
