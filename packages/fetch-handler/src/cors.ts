import type { Face } from './face.ts';
import { type OriginFacts, originRefusal, shownOrigin } from './origins.ts';
import { accessDenied, clientOf, refusalFor } from './refusals.ts';
import { respond } from './respond.ts';
import type { CorsOptions, ServedEngine } from './settings.ts';
import { textAnswer } from './text.ts';

/**
 * The value of Access-Control-Expose-Headers: the response headers that pages of allowed origins may read. The Fetch
 * standard also lets pages read a few other headers.
 */
const exposed = [
  'accept-ranges',
  'allow',
  'content-length',
  'content-range',
  'docker-content-digest',
  'docker-distribution-api-version',
  'docker-upload-uuid',
  'etag',
  'link',
  'location',
  'oci-chunk-min-length',
  'oci-filters-applied',
  'oci-subject',
  'oci-tag',
  'range',
  'retry-after',
  'www-authenticate',
  'x-amzn-requestid',
].join(', ');

/**
 * The value of Access-Control-Max-Age: the time in seconds for which a browser may cache the answer to a preflight.
 * Chromium's maximum is 7200.
 */
const maxAge = '7200';

/** The request handler that `withCors` wraps, and the parts of the registry that the CORS check needs. */
interface Guarded {
  readonly endpoint: ServedEngine['endpoint'];
  readonly faces: readonly Face[];
  readonly answer: (request: Request, url: URL) => Promise<Response>;
}

/**
 * Wraps a request handler with CORS (the Fetch standard's "CORS protocol"). Pages of the allowed origins may use the
 * registry. Requests of other pages that would change the registry are refused with 403.
 *
 * Access-Control-Allow-Credentials is never sent, because a page sends its credentials in the Authorization header, not
 * in cookies.
 */
export function withCors({ origins }: CorsOptions, { endpoint, faces, answer }: Guarded): Guarded['answer'] {
  const rule = { allowed: origins, endpoint, option: 'cors.origins' };
  const allows = (origin: string) => origins === '*' || origins.includes(origin);
  const allowed = (origin: string) => (origins === '*' ? '*' : origin);

  return async (request, url) => {
    const origin = request.headers.get('origin');
    if (origin !== null && isPreflight(request)) {
      return allows(origin) ? preflight(request, allowed(origin)) : refusedOrigin(origin);
    }
    const refusal = originRefusal(factsOf(request, url), rule);
    const response =
      refusal === undefined
        ? withOwnHeaders(await answer(request, url))
        : refusalFor(accessDenied(403, refusal), clientOf(request, url), faces);
    const { headers } = response;
    if (origins !== '*') headers.append('vary', 'Origin');
    if (origins === '*' || (origin !== null && allows(origin))) {
      headers.set('cross-origin-resource-policy', 'cross-origin');
    }
    if (origin !== null && allows(origin)) {
      headers.set('access-control-allow-origin', allowed(origin));
      headers.set('access-control-expose-headers', exposed);
    }
    return response;
  };
}

/**
 * Returns the response if its headers can be changed, and a copy of the response otherwise. The headers of a response
 * that a handler passes on from `fetch` cannot be changed.
 */
function withOwnHeaders(response: Response): Response {
  try {
    response.headers.delete('access-control-allow-origin');
    return response;
  } catch {
    return new Response(response.body, response);
  }
}

const isPreflight = ({ method, headers }: Request): boolean =>
  method === 'OPTIONS' && headers.has('access-control-request-method');

const factsOf = ({ method, headers }: Request, { host }: URL): OriginFacts => ({
  method,
  host,
  origin: headers.get('origin'),
  site: headers.get('sec-fetch-site'),
});

function preflight({ headers }: Request, origin: string): Response {
  return respond(204, {
    'cross-origin-resource-policy': 'cross-origin',
    'access-control-allow-origin': origin,
    'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
    // The headers that an SDK sends change with its versions, so all headers that are asked for are allowed.
    'access-control-allow-headers': headers.get('access-control-request-headers') ?? '',
    'access-control-max-age': maxAge,
    vary: 'Origin, Access-Control-Request-Headers',
  });
}

const refusedOrigin = (origin: string): Response =>
  textAnswer(403, `Pages of ${shownOrigin(origin)} may not use this registry: it is not one of cors.origins`, {
    vary: 'Origin',
  });
