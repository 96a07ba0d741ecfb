import type { IncomingMessage } from 'node:http';
import { textAnswer } from '@coracle/registry/fetch-handler';
import type { Access } from './access.ts';
import { pathOf } from './rules.ts';

const body = '{"status":"ok"}\n';

/**
 * Returns whether the path of a request is `/healthz`. The paths of repositories begin with `/v2/`, so no repository
 * has the path `/healthz`.
 */
const isHealthCheck = (request: IncomingMessage): boolean => pathOf(request) === '/healthz';

/**
 * Returns the answer to a health check (`/healthz`) by a container, a proxy or a cluster. The check works under any
 * host and without a login, and it says only that the server runs. Returns undefined if the request is not a health
 * check.
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

/**
 * Returns a function that calls `onAccess`, unless the request is a health check with status 200. Frequent health
 * checks would fill the log.
 */
export function withoutHealthChecks(
  request: IncomingMessage,
  onAccess: (access: Access) => void,
): (access: Access) => void {
  if (!isHealthCheck(request)) return onAccess;
  return (access) => {
    if (access.status !== 200) onAccess(access);
  };
}
