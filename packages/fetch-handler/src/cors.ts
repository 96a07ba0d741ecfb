import type { Face } from './face.ts';
import { type OriginFacts, originRefusal, shownOrigin } from './origins.ts';
import { accessDenied, clientOf, refusalFor } from './refusals.ts';
import { respond } from './respond.ts';
import type { CorsOptions, ServedEngine } from './settings.ts';
import { textAnswer } from './text.ts';

/** The headers of an answer that a page may read, besides those that the Fetch standard always lets it read. */
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

/** Seconds for which a browser may cache a preflight's answer. Chromium allows no more. */
const maxAge = '7200';

/** The handler that is protected from pages of other origins. */
interface Guarded {
  readonly endpoint: ServedEngine['endpoint'];
  readonly faces: readonly Face[];
  readonly answer: (request: Request, url: URL) => Promise<Response>;
}

/**
 * Lets pages of the given origins use a registry (the Fetch standard's "CORS protocol"), and no others change it.
 * Credentials are sent in headers that the page sets itself, never in cookies, so that no answer needs
 * Access-Control-Allow-Credentials.
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

/** Gives a response whose headers may be changed: those of an answer that a face passes on from `fetch` may not. */
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
