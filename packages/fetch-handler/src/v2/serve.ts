import type { CallOptions, HostPath, Place } from '@coracle/core';
import { allowOf } from '../methods.ts';
import type { Quirks, ServedEngine, Settings } from '../settings.ts';
import { listRepositories } from './catalog.ts';
import { errorAnswer, jsonAnswer, refusal } from './errors.ts';
import { type Front, frontOf, shownBy } from './front.ts';
import type { Methods } from './route.ts';
import { findRoute } from './router.ts';
import { seenAt } from './token.ts';
import { unauthorizedAnswer } from './unauthorized.ts';

/**
 * Returns a function that answers all requests to `/v2/` and below. The promise rejects only with a network error that
 * a test has requested with `intercept`.
 */
export function serveDistribution(
  engine: ServedEngine,
  settings: Settings,
): (request: Request, url: URL) => Promise<Response> {
  const { gate, createOnPush, readOnlyBodies, quirks, reveal, onError } = settings;

  async function answer(request: Request, url: URL): Promise<Response> {
    const caller = await gate.callerOf(request, url);
    const path = url.pathname.slice('/v2/'.length);
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    if (path === '') return method === 'GET' ? answerBase(request, caller) : methodNotAllowed(method, ['GET']);
    if (path === '_catalog' && engine.distribution.kindOfHost(url.host) !== 'public') {
      return method === 'GET' ? answerCatalog(url, caller) : methodNotAllowed(method, ['GET']);
    }
    const route = findRoute(path);
    if (route === undefined) return errorAnswer(refusal('UNSUPPORTED', 404, `There is nothing at ${url.pathname}`));
    const perform = performer(route.methods, method);
    if (perform === undefined) return methodNotAllowed(method, Object.keys(route.methods));
    const { at, kind } = await placeOf(engine, quirks, { host: url.host, path: route.name }, caller);
    const front = frontOf(quirks, kind);
    const absent = absenceOf(front, `${method} ${route.endpoint}`);
    if (absent !== undefined) return errorAnswer(refusal('UNSUPPORTED', absent, `${method} is not supported here`));
    const base = front.absoluteLocations ? seenAt(engine, url, gate).origin : '';
    const { name } = route;
    const { host } = url;
    const query = queryOf(url);
    const call = { engine, front, request, query, host, caller, at, name, base, createOnPush, readOnlyBodies, onError };
    return perform(call).catch((error) => {
      throw shownBy(front, error);
    });
  }

  async function answerCatalog(url: URL, caller: CallOptions): Promise<Response> {
    const front = frontOf(quirks, 'private');
    return listRepositories(engine, front, url, caller).catch((error) => errorAnswer(reveal(shownBy(front, error))));
  }

  return (request, url) =>
    answer(request, url).catch((error: unknown) => {
      const shown = reveal(error);
      return shown.ociCode === 'UNAUTHORIZED'
        ? unauthorizedAnswer(shown, { engine, settings, request, url })
        : errorAnswer(shown);
    });
}

/**
 * Returns the query parameters of a URL, even if the query contains a second `?`.
 *
 * Some clients append `?digest=…` to the location of an upload although the location already has a query. No parameter
 * of `/v2/` contains a `?` of its own, so each `?` is read as `&`.
 */
const queryOf = ({ search, searchParams }: URL): URLSearchParams =>
  search.includes('?', 1) ? new URLSearchParams(search.slice(1).replaceAll('?', '&')) : searchParams;

/**
 * Returns the address of the repository that a path names, and whether its registry is public or private. The storage
 * is read only if the kind of registry matters for the answer: if `quirks` is set, or on a host of public registries.
 */
async function placeOf(
  { distribution }: ServedEngine,
  quirks: Quirks | undefined,
  place: HostPath,
  caller: CallOptions,
): Promise<{ at: Place; kind: 'public' | 'private' }> {
  // On a host of public registries every path begins with an alias. Only the storage knows whether the alias exists.
  if (quirks !== undefined || distribution.kindOfHost(place.host) === 'public') {
    const at = await distribution.locate(place.host, place.path, caller);
    return { at, kind: at.registry.kind };
  }
  distribution.checkPlace(place);
  return { at: place, kind: 'private' };
}

const absenceOf = ({ absent }: Front, endpoint: string): number | undefined =>
  Object.hasOwn(absent, endpoint) ? absent[endpoint as keyof typeof absent] : undefined;

const performer = (methods: Methods, method: string) => (Object.hasOwn(methods, method) ? methods[method] : undefined);

/**
 * Answers `GET /v2/` ("Determining Support" of the OCI distribution specification): 200 if the request has credentials.
 * @throws RegistryError with the status 401 if the request has none. This status is necessary even if access is open,
 * because clients send credentials only after a 401
 */
function answerBase(request: Request, { visitor }: CallOptions): Response {
  if (request.headers.has('authorization')) return jsonAnswer(200, {});
  const isOpen = visitor === undefined;
  throw refusal('UNAUTHORIZED', 401, isOpen ? 'Send credentials, of any kind: access is open' : 'Log in first');
}

const methodNotAllowed = (method: string, allowed: readonly string[]): Response =>
  errorAnswer(refusal('UNSUPPORTED', 405, `${method} is not supported here`), { allow: allowOf(allowed) });
