import { type Challenge, parseChallenges } from './challenge.ts';
import { bytesOf, type Exchange } from './exchange.ts';
import { RemoteError, RetriableError, shown } from './failure.ts';
import { recordIn } from './json.ts';
import { type Credentials, loginVariables } from './login.ts';
import { checkTarget, type Home, mayGetPassword } from './origins.ts';
import { readRefusal } from './refusal.ts';
import { retryAfterOf } from './retries.ts';

export interface AuthorizationOptions {
  readonly home: Home;
  readonly exchange: Exchange;
  /** Finds the credentials of the user for the registry. It is called once, when the registry asks for a login. */
  readonly credentials: () => Promise<Credentials | undefined>;
  readonly now: () => number;
  readonly signal?: AbortSignal | undefined;
}

interface Token {
  readonly text: string;
  /** The time until which the token is used. */
  readonly until: number;
}

/** The maximum size in bytes of the answer of a token server. */
const maxTokenBytes = 256 * 1024;
/** The time in seconds for which a token is valid by default (distribution's "Token Authentication Specification"). */
const defaultExpiry = 60;

/** The login of this command at one registry: none, Basic, or a token for each set of scopes. */
export class Authorization {
  readonly #options: AuthorizationOptions;
  readonly #tokens = new Map<string, Token>();
  #credentials: Promise<Credentials | undefined> | undefined;
  #challenge: Challenge | undefined;

  constructor(options: AuthorizationOptions) {
    this.#options = options;
  }

  /** Returns the Authorization header for a request that needs some scopes. Undefined if the registry asked for none. */
  async header(scopes: readonly string[]): Promise<string | undefined> {
    if (this.#challenge === undefined) return undefined;
    if (this.#challenge.scheme === 'basic') return basic(await this.#needCredentials());
    const key = scopes.join(' ');
    const known = this.#tokens.get(key);
    const token = known && known.until > this.#options.now() ? known : await this.#fetchToken(scopes);
    this.#tokens.set(key, token);
    return `Bearer ${token.text}`;
  }

  /**
   * Reads the challenge of an answer with the status 401. `header()` then returns new credentials.
   * @throws RemoteError if the registry asks for a login in a way that is not known
   */
  accept(header: string | undefined, scopes: readonly string[]): void {
    const challenges = parseChallenges(header);
    const challenge =
      challenges.find(({ scheme, parameters }) => scheme === 'bearer' && parameters.has('realm')) ??
      challenges.find(({ scheme }) => scheme === 'basic');
    if (challenge === undefined) {
      throw this.#refused('asks for a login, but neither with a password (Basic) nor with a token (Bearer)');
    }
    this.#challenge = challenge;
    this.#tokens.delete(scopes.join(' '));
  }

  /** Creates the error of a login that was refused. */
  async refusal(text: string): Promise<RemoteError> {
    const { source, username } = (await this.#find()) ?? {};
    const said = text === '' ? '' : `: ${shown(text)}`;
    if (source === undefined) return this.#refused(`needs a login${said}`);
    const why = `refuses the login of '${shown(username ?? '')}' from ${source}${said}`;
    // The variables count before each file, so another login would change nothing.
    const advice =
      source === loginVariables
        ? 'Correct these variables, or unset them to use a login of docker or podman'
        : undefined;
    return this.#refused(why, advice);
  }

  #find(): Promise<Credentials | undefined> {
    this.#credentials ??= this.#options.credentials();
    return this.#credentials;
  }

  async #needCredentials(): Promise<Credentials> {
    const credentials = await this.#find();
    if (credentials === undefined || credentials.identityToken !== undefined) throw await this.refusal('');
    return credentials;
  }

  #refused(why: string, advice?: string): RemoteError {
    const { host } = new URL(this.#options.home.origin);
    const login = `Run 'docker login ${host}' or 'podman login ${host}', or set ${loginVariables}`;
    return new RemoteError('login', `The registry ${host} ${why}. ${advice ?? login}`);
  }

  async #fetchToken(scopes: readonly string[]): Promise<Token> {
    const { home, exchange, now, signal } = this.#options;
    const credentials = await this.#find();
    const realm = this.#realm(credentials !== undefined);
    const request = requestOf(realm, this.#challenge, scopes, credentials);
    const answer = await exchange({ ...request, signal });
    const text = (await bytesOf(answer, maxTokenBytes)).toString('utf8');
    if (answer.status === 429 || answer.status >= 500) {
      throw new RetriableError(`The token server ${realm.host} answered with ${answer.status}`, {
        retryAfter: retryAfterOf(answer.header('retry-after'), now()),
      });
    }
    if (answer.status === 401 || answer.status === 403) throw await this.refusal(readRefusal(text).message);
    const read = answer.status === 200 ? readToken(text) : undefined;
    if (read === undefined) {
      throw new RemoteError(
        'refused',
        `The token server ${realm.host} of the registry ${new URL(home.origin).host} answered with ${answer.status} and without a token: ${shown(text)}`,
      );
    }
    // A token is replaced a little early, so that a long request does not begin with a token that is about to expire.
    return { text: read.token, until: now() + read.expiresIn * 900 };
  }

  #realm(hasCredentials: boolean): URL {
    const { home } = this.#options;
    const text = this.#challenge?.parameters.get('realm') ?? '';
    const realm = URL.canParse(text) ? new URL(text) : undefined;
    if (realm === undefined)
      throw this.#refused(`has no valid address of a token server in its answer: '${shown(text)}'`);
    checkTarget(realm, home, 'realm');
    if (!hasCredentials || mayGetPassword(realm, home)) return realm;
    throw this.#refused(`asks to send the password unencrypted to ${realm.host}, which this command does not do`);
  }
}

const basic = ({ username, password }: Credentials): string =>
  `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;

/** Returns the request for a token: GET with a password or without a login, or POST with an identity token. */
function requestOf(
  realm: URL,
  challenge: Challenge | undefined,
  scopes: readonly string[],
  credentials: Credentials | undefined,
) {
  const service = challenge?.parameters.get('service');
  const asked = challenge?.parameters.get('scope')?.split(' ') ?? [];
  const all = [...new Set([...scopes, ...asked.filter((scope) => scope !== '')])];
  const common: [string, string][] = service === undefined ? [] : [['service', service]];
  if (credentials?.identityToken !== undefined) {
    const form = new URLSearchParams([
      ...common,
      ['grant_type', 'refresh_token'],
      ['client_id', 'coracle'],
      ['refresh_token', credentials.identityToken],
      ['scope', all.join(' ')],
    ]);
    const bytes = Buffer.from(form.toString());
    const read = async function* () {
      yield bytes;
    };
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    return { method: 'POST', url: realm, headers, body: { size: bytes.length, read } };
  }
  const url = new URL(realm);
  for (const [name, value] of common) url.searchParams.set(name, value);
  for (const scope of all) url.searchParams.append('scope', scope);
  return { method: 'GET', url, headers: credentials === undefined ? {} : { authorization: basic(credentials) } };
}

function readToken(text: string): { token: string; expiresIn: number } | undefined {
  const { token, access_token, expires_in } = recordIn(text);
  const found = [token, access_token].find((it) => typeof it === 'string' && it !== '');
  if (typeof found !== 'string' || !/^[\x21-\x7e]+$/.test(found)) return undefined;
  const expiresIn = typeof expires_in === 'number' && expires_in > 0 ? expires_in : defaultExpiry;
  return { token: found, expiresIn };
}
