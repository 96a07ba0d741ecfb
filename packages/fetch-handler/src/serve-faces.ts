import { settleBody } from './body.ts';
import { withCors } from './cors.ts';
import { urlOf } from './hosts.ts';
import { lostAnswer } from './lost-answer.ts';
import { allowOf, withLength, withoutBody } from './methods.ts';
import { readOptions, type ServeFacesOptions } from './options.ts';
import { clientOf, refusalFor } from './refusals.ts';
import { inRoom, needsRoom } from './respond.ts';
import { whenSendable } from './sendable.ts';
import type { ServedEngine } from './settings.ts';
import { textAnswer } from './text.ts';

/**
 * A function from Request to Response. The function reads the body of the request at most once, and only as far as
 * necessary for the answer.
 *
 * The promise rejects only in tests that use `intercept`: with a network error that the test has requested, or with the
 * reason of the request's abort signal if the request is aborted.
 */
export type FetchHandler = (request: Request) => Promise<Response>;

/**
 * Makes a function from Request to Response that serves an engine with the given protocol handlers: `serveFaces(engine,
 * { faces: [v2()] })`. A bundle then contains only the code of these protocol handlers. Access is open unless the option
 * `access` closes it.
 * @throws TypeError if an option is invalid
 */
export function serveFaces(engine: ServedEngine, options: ServeFacesOptions): FetchHandler {
  const { faces, settings } = readOptions(engine, options);
  const { cors, reveal } = settings;
  const routes = faces.flatMap((face) => face.serve({ engine, settings, faces }));

  async function route(request: Request, url: URL): Promise<Response> {
    const { pathname } = url;
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    const allowed: string[] = [];
    for (const { isAt, methods, answer } of routes) {
      if (!isAt(pathname)) continue;
      if (methods === undefined || methods.includes(method)) return answer(request, url);
      allowed.push(...methods);
    }
    if (allowed.length === 0) return textAnswer(404, `There is nothing at ${pathname}`);
    return textAnswer(405, `${request.method} is not supported here`, { allow: allowOf([...new Set(allowed)].sort()) });
  }

  /**
   * Counts the body of a large answer toward the memory limit `maxBufferedBytes` until the client has read the body.
   * Returns an error answer if the limit is reached for too long.
   */
  async function lasting(response: Response, request: Request, url: URL): Promise<Response> {
    try {
      await whenSendable(request);
      return await inRoom(response, engine.room);
    } catch (error) {
      return refusalFor(reveal(error), clientOf(request, url), faces);
    }
  }

  async function answer(request: Request, url: URL): Promise<Response> {
    const response = await route(request, url).catch(
      (error: unknown) => lostAnswer(error, request) ?? textAnswer(500, reveal(error).message),
    );
    await settleBody(request);
    if (request.method === 'HEAD') return withoutBody(response);
    return withLength(needsRoom(response, engine.room) ? await lasting(response, request, url) : response);
  }

  const guarded = cors === undefined ? answer : withCors(cors, { endpoint: engine.endpoint, faces, answer });
  return async (request) => {
    checkPlatform();
    // A server may have built the URL from an invalid Host header.
    const url = urlOf(request.url);
    if (!url) return textAnswer(400, `'${request.url}' is not a URL`);
    const answered = guarded(request, url);
    return engine.intercepting ? unlessAborted(answered, request.signal) : answered;
  };
}

/**
 * Checks that the platform has Request, Response and ReadableStream.
 * @throws TypeError if one of these classes is missing, for example in jsdom; the message names the missing classes
 */
function checkPlatform(): void {
  const { Request, Response, ReadableStream } = globalThis as Partial<typeof globalThis>;
  const missing = Object.entries({ Request, Response, ReadableStream }).flatMap(([name, it]) => (it ? [] : [name]));
  if (missing.length === 0) return;
  throw new TypeError(
    `\`fetch\` needs ${missing.join(', ')}, which this platform does not have (jsdom, for example). ` +
      "Call the registry's typed methods or awsSdk(registry) here, or run this test in a Node environment.",
  );
}

/**
 * Returns the answer. If the signal aborts first, rejects with the reason of the signal, as `fetch` does. After an
 * abort the request is still completed, and the answer is discarded.
 */
async function unlessAborted(answered: Promise<Response>, signal: AbortSignal): Promise<Response> {
  let stopListening = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    const listen = (): void => {
      reject(signal.reason);
      // The answer counts toward `maxBufferedBytes` until its body is read or cancelled.
      answered.then(({ body }) => body?.cancel()).catch(() => undefined);
    };
    signal.addEventListener('abort', listen);
    stopListening = () => signal.removeEventListener('abort', listen);
    if (signal.aborted) listen();
  });
  return Promise.race([answered, aborted]).finally(stopListening);
}
