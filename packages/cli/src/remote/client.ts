import type { Authorization } from './authorization.ts';
import { type Answer, bytesOf, type Exchange, type RequestBody } from './exchange.ts';
import { ContentError, RemoteError, RetriableError, shown } from './failure.ts';
import { checkTarget, type Home } from './origins.ts';
import { type Refusal, readRefusal } from './refusal.ts';
import { type Patience, Retries, retryAfterOf } from './retries.ts';

/** A request to the registry, or to an address to which the registry sends the client. */
export interface Call {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: URL;
  /** The rights that the request needs, such as `repository:team/web:pull`. */
  readonly scopes: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: RequestBody | undefined;
}

export interface ClientOptions {
  readonly home: Home;
  readonly authorization: Authorization;
  readonly exchange: Exchange;
  readonly patience: Patience;
  readonly signal?: AbortSignal | undefined;
  /** Called with a sentence before each wait. */
  readonly onRetry: (text: string) => void;
}

const maxRedirects = 5;
/** The statuses after which the same request is likely to succeed later. 520 to 524 are those of Cloudflare. */
const retriable: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524]);
const maxErrorBytes = 64 * 1024;
/** The longest time in milliseconds in which the text of an error is read. */
const longestText = 5000;

/** Sends requests to one registry: with its login, along redirects, and again after failures. */
export class Client {
  readonly home: Home;
  readonly #options: ClientOptions;

  constructor(options: ClientOptions) {
    this.home = options.home;
    this.#options = options;
  }

  /** Returns the address of a path of the registry, such as `/v2/`. */
  at(path: string): URL {
    return new URL(path, this.home.origin);
  }

  /** Returns a counter of failures for calls that are repeated. */
  retries(): Retries {
    return new Retries(this.#options.patience, this.#options.signal, this.#options.onRetry);
  }

  /** Sends a request, and again after each failure that may pass. Returns the answer, whatever its status is. */
  async call(call: Call): Promise<Answer> {
    const retries = this.retries();
    for (;;) {
      try {
        return await this.send(call);
      } catch (error) {
        await retries.after(error);
      }
    }
  }

  /**
   * Sends a request once. Logs in if the registry asks for it, and follows redirects.
   * @throws RetriableError if the registry is busy
   * @throws RemoteError if the registry refuses the login, or sends the client in a circle or to a forbidden address
   * @throws Error of Node if the connection breaks
   */
  async send(call: Call): Promise<Answer> {
    let hasNewLogin = false;
    let redirects = 0;
    for (let { url } = call; ; ) {
      const answer = await this.#sendTo(url, call);
      const { status } = answer;
      if (status === 401 && url.origin === this.home.origin) {
        if (hasNewLogin) throw await this.#options.authorization.refusal((await refusalIn(answer)).message);
        answer.discard();
        this.#options.authorization.accept(answer.header('www-authenticate'), call.scopes);
        hasNewLogin = true;
        continue;
      }
      const location = answer.header('location');
      if (!isRedirect(status, call.method) || location === undefined) {
        await this.refuseBusy(answer);
        return answer;
      }
      answer.discard();
      if (++redirects > maxRedirects) {
        throw new RemoteError(
          'refused',
          `The registry ${this.home.origin} redirected a request more than ${maxRedirects} times, the last time from ${url.host}: ask its operator`,
        );
      }
      url = this.resolve(location, url);
    }
  }

  /**
   * Returns the whole address of a Location header.
   * @throws RemoteError if the address is invalid, or if this command must not go there
   */
  resolve(location: string, base: URL): URL {
    if (!URL.canParse(location, base)) {
      throw new RemoteError(
        'refused',
        `The registry ${base.host} answered with an invalid Location: '${shown(location)}'`,
      );
    }
    const url = new URL(location, base);
    checkTarget(url, this.home, 'Location');
    // A login that is written in an address is never used.
    url.username = '';
    url.password = '';
    return url;
  }

  async #sendTo(url: URL, { method, scopes, headers, body }: Call): Promise<Answer> {
    const { authorization, exchange, signal } = this.#options;
    // Only the registry itself gets its login. Another server could keep it.
    const login = url.origin === this.home.origin ? await authorization.header(scopes) : undefined;
    const all = { ...headers, ...(login === undefined ? {} : { authorization: login }) };
    try {
      return await exchange({ method, url, headers: all, body, signal });
    } catch (error) {
      if (error instanceof ContentError) throw error.cause;
      throw error;
    }
  }

  /**
   * Reads an answer that asks to come back later.
   * @throws RetriableError if the answer is of this kind
   */
  async refuseBusy(answer: Answer): Promise<void> {
    if (!retriable.has(answer.status)) return;
    // CNCF distribution answers with 500 to some manifests that it refuses, and says the reason in the body.
    const { code, message } = await refusalIn(answer);
    const said = code === '' ? '' : ` (${code}: ${message})`;
    throw new RetriableError(`${answer.url.host} answered with ${answer.status}${said}`, {
      retryAfter: retryAfterOf(answer.header('retry-after'), this.#options.patience.now()),
    });
  }
}

/** Only requests that read follow the older redirects, after which a client may send GET in place of the method. */
const isRedirect = (status: number, method: string): boolean =>
  status === 307 || status === 308 || ((method === 'GET' || method === 'HEAD') && status >= 301 && status <= 303);

/** Reads the body of an answer that refuses a request. */
export const refusalIn = async (answer: Answer): Promise<Refusal> => readRefusal(await textOf(answer));

async function textOf(answer: Answer): Promise<string> {
  // Without the text, the error is still clear. A body that never ends must not stop the command.
  const timer = setTimeout(() => answer.discard(), longestText);
  const bytes = await bytesOf(answer, maxErrorBytes).catch(() => Buffer.from(''));
  clearTimeout(timer);
  return bytes.toString('utf8');
}

/**
 * Creates the error of an answer that refuses a request.
 * @param doing the action in the error text, such as `start an upload in team/web`
 * @param ifMissing the advice if the answer is 404
 */
export async function refused(answer: Answer, doing: string, ifMissing?: string): Promise<RemoteError> {
  const { code, message } = await refusalIn(answer);
  const { status, url } = answer;
  const said = [code, message].filter((text) => text !== '').join(': ');
  const isLogin = status === 401 || status === 403;
  const hint = status === 404 && ifMissing !== undefined ? ifMissing : adviceOf(status, code);
  return new RemoteError(
    isLogin ? 'login' : 'refused',
    `${url.host} refused to ${doing} with ${status}${said === '' ? '' : ` (${said})`}${hint}`,
  );
}

function adviceOf(status: number, code: string): string {
  if (code === 'NAME_UNKNOWN')
    return '. Create the repository first, or check its name. coracle serve creates it at a push with --create-on-push';
  if (status === 401 || status === 403) return '. Log in as a user who may do this';
  if (status === 404) return '. Check the name of the image';
  return '';
}
