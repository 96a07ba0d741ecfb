import { textAnswer } from '@coracle/fetch-handler';

/** The binding of Cloudflare's rate limiting. */
export interface RateLimit {
  limit(options: { readonly key: string }): Promise<{ readonly success: boolean }>;
}

/** The time for which an address is refused after too many refused logins, in milliseconds. */
const blockedFor = 60_000;
/** The maximum number of refused addresses that a Worker remembers. */
const mostAddresses = 10_000;

/**
 * Slows down guessing of passwords. The limit counts the refused passwords of each address. If an address exceeds the
 * limit, its requests with a password are answered with 429 for a minute, without a check of the password.
 */
export class RefusedLogins {
  readonly #limit: RateLimit | undefined;
  readonly #blocked = new Map<string, number>();

  constructor(limit: RateLimit | undefined) {
    this.#limit = limit;
  }

  async guard(request: Request, handle: (request: Request) => Promise<Response>): Promise<Response> {
    const address = request.headers.get('cf-connecting-ip') ?? '';
    if (!this.#limit || !hasPassword(request)) return handle(request);
    if ((this.#blocked.get(address) ?? 0) > Date.now()) return tooMany();
    const response = await handle(request);
    if (response.status !== 401 || (await this.#limit.limit({ key: address })).success) return response;
    if (this.#blocked.size >= mostAddresses) this.#blocked.clear();
    this.#blocked.set(address, Date.now() + blockedFor);
    return tooMany();
  }
}

/** Returns whether a request has a password. Only passwords can be guessed. A client with a token goes on. */
const hasPassword = ({ headers, method, url }: Request): boolean =>
  /^basic /i.test(headers.get('authorization') ?? '') ||
  // The form of a request for a token has the password in its body.
  (method === 'POST' && /^\/token\/?$/.test(new URL(url).pathname));

const tooMany = (): Response =>
  textAnswer(429, 'Too many logins from your address were refused: try again in a minute', { 'retry-after': '60' });
