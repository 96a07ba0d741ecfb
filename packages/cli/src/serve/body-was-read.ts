import type { IncomingMessage, ServerResponse } from 'node:http';
import { hasBody } from './served-request.ts';

const message =
  'The body was read before the registry received the request, for example by a body parser such as express.json(). ' +
  'Put the registry in front of the body parser.';

/** Says whether somebody has read from the body of a request, so that the registry would miss bytes of it. */
export const wasBodyRead = (request: IncomingMessage): boolean => hasBody(request) && request.readableDidRead;

/** Answers a request whose body was read, in words that clients of AWS and of `/v2/` both show. */
export function refuseWithoutBody(response: ServerResponse): void {
  response.writeHead(500, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ __type: 'ServerException', message, errors: [{ code: 'UNKNOWN', message }] }));
}
