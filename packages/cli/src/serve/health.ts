import type { IncomingMessage } from 'node:http';
import { textAnswer } from '@coracle/registry/fetch-handler';
import type { Access } from './access.ts';
import { pathOf } from './rules.ts';

const body = '{"status":"ok"}\n';

/** No repository can have this path: theirs begin with `/v2/`. */
const isHealthCheck = (request: IncomingMessage): boolean => pathOf(request) === '/healthz';

/**
 * Answers the health check of a container, a proxy or a cluster. These ask under any host and without a login, and they
 * learn only that the server answers. Returns undefined for every other request.
 */
export function answerHealthCheck(request: IncomingMessage): Response | undefined {
  if (!isHealthCheck(request)) return undefined;
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return textAnswer(405, 'A health check is a GET or a HEAD', { allow: 'GET, HEAD' });
  }
  const headers = {
    'content-type': 'application/json',
    'content-length': String(body.length),
    'cache-control': 'no-store',
  };
  return new Response(request.method === 'HEAD' ? null : body, { headers });
}

/** Leaves health checks that succeed out of a log, which they would fill. */
export function withoutHealthChecks(
  request: IncomingMessage,
  onAccess: (access: Access) => void,
): (access: Access) => void {
  if (!isHealthCheck(request)) return onAccess;
  return (access) => {
    if (access.status !== 200) onAccess(access);
  };
}
