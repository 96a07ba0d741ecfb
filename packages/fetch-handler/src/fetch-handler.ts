import { serveAwsJson } from './aws-json/serve.ts';
import { settleBody } from './body.ts';
import { withCors } from './cors.ts';
import { refusalFor } from './early-refusal.ts';
import { answerHome } from './home.ts';
import { urlOf } from './hosts.ts';
import { answerLogo, isLogoPath } from './logo.ts';
import { allowOf, withLength, withoutBody } from './methods.ts';
import { type FetchHandlerOptions, readOptions, type ServedEngine } from './options.ts';
import { inRoom, needsRoom } from './respond.ts';
import { whenSendable } from './sendable.ts';
import { textAnswer } from './text.ts';
import { serveDistribution } from './v2/serve.ts';
import { answerToken } from './v2/token.ts';

/**
 * Answers a request. Its body is read as far as the answer needs it, and never twice. It rejects only as a test has
 * asked: with a network error (`intercept`), or with the reason of the request's signal while a call is held back.
 */
export type FetchHandler = (request: Request) => Promise<Response>;

/**
 * Serves an engine: AWS JSON 1.1 of both services at `POST /`, the OCI distribution protocol at `/v2/`, its tokens at
 * `/token`, and logos at `/logo/`. Access is open: any credential is taken, and none is needed.
 * @throws TypeError where an option is wrong.
 */
export function createFetchHandler(engine: ServedEngine, options: FetchHandlerOptions = {}): FetchHandler {
  const settings = readOptions(engine, options);
  const { cors } = settings;
  const awsJson = serveAwsJson(engine, settings);
  const distribution = serveDistribution(engine, settings);

  async function route(request: Request, url: URL): Promise<Response> {
    const { pathname } = url;
    const isGet = request.method === 'GET' || request.method === 'HEAD';
    const isPost = request.method === 'POST';
    if (pathname.startsWith('/v2/')) return distribution(request, url);
    if (pathname === '/v2') return distribution(request, new URL('/v2/', url));
    if (pathname === '/') {
      return isPost
        ? awsJson(request, url)
        : isGet
          ? answerHome(engine.services)
          : methodNotAllowed(request, ['GET', 'POST']);
    }
    if (pathname === '/token' || pathname === '/token/') {
      return isPost || isGet
        ? answerToken(engine, request, settings.reveal)
        : methodNotAllowed(request, ['GET', 'POST']);
    }
    if (isLogoPath(pathname)) return isGet ? answerLogo(engine, pathname) : methodNotAllowed(request, ['GET']);
    return textAnswer(404, `There is nothing at ${pathname}`);
  }

  /** Waits for the room that an answer takes until its client has it. */
  async function lasting(response: Response, request: Request, { pathname }: URL): Promise<Response> {
    try {
      await whenSendable(request);
      return await inRoom(response, engine.room);
    } catch (error) {
      return refusalFor(settings.reveal(error), { path: pathname, target: request.headers.get('x-amz-target') });
    }
  }

  async function answer(request: Request, url: URL): Promise<Response> {
    const response = await route(request, url).catch((error: unknown) =>
      textAnswer(500, settings.reveal(error).message),
    );
    await settleBody(request);
    if (request.method === 'HEAD') return withoutBody(response);
    return withLength(needsRoom(response, engine.room) ? await lasting(response, request, url) : response);
  }

  const guarded = cors === undefined ? answer : withCors(cors, engine.endpoint, answer);
  return async (request) => {
    // A server may make the URL of a Host header without reading it.
    const url = urlOf(request.url);
    if (!url) return textAnswer(400, `'${request.url}' is not a URL`);
    const answered = guarded(request, url);
    return engine.intercepting ? unlessAborted(answered, request.signal) : answered;
  };
}

/** As `fetch` does it: the request itself goes on, and nobody takes its answer. */
async function unlessAborted(answered: Promise<Response>, signal: AbortSignal): Promise<Response> {
  let stopListening = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    const listen = (): void => {
      reject(signal.reason);
      // It holds room until its body is read or cancelled.
      answered.then(({ body }) => body?.cancel()).catch(() => undefined);
    };
    signal.addEventListener('abort', listen);
    stopListening = () => signal.removeEventListener('abort', listen);
    if (signal.aborted) listen();
  });
  return Promise.race([answered, aborted]).finally(stopListening);
}

const methodNotAllowed = ({ method }: Request, allowed: readonly string[]): Response =>
  textAnswer(405, `${method} is not supported here`, { allow: allowOf(allowed) });
