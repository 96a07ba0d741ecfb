import { Authorization } from './authorization.ts';
import { Client } from './client.ts';
import type { OnEvent } from './events.ts';
import type { Exchange } from './exchange.ts';
import { codeOf, RemoteError, RetriableError } from './failure.ts';
import type { Credentials } from './login.ts';
import { isThisMachine } from './origins.ts';
import { dockerHub } from './reference.ts';
import type { Patience } from './retries.ts';
import { explaining, unreachable, untrusted } from './unreachable.ts';

export interface ConnectOptions {
  /** The registry as the user names it, such as `ghcr.io` or `localhost:5000`. */
  readonly registry: string;
  /** Whether the registry is used over HTTP, without encryption. */
  readonly insecure: boolean;
  readonly credentials: () => Promise<Credentials | undefined>;
  readonly exchange: Exchange;
  readonly patience: Patience;
  readonly onEvent: OnEvent;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Finds out how to reach a registry, and returns a client for it. A registry on this machine is tried over HTTP first,
 * and each other registry is used over HTTPS, unless `insecure` is set.
 * @throws RemoteError if the registry cannot be reached
 */
export async function connect(options: ConnectOptions): Promise<Client> {
  const { registry, insecure, patience, onEvent, signal } = options;
  const host = registry === dockerHub.name ? dockerHub.host : registry;
  const origin = insecure ? `http://${host}` : await originOf(host, options);
  const home = { origin: new URL(origin).origin, insecure };
  const { now } = patience;
  const exchange = explaining(options.exchange);
  const authorization = new Authorization({ home, exchange, credentials: options.credentials, now, signal });
  const onRetry = (text: string) => onEvent({ kind: 'notice', text });
  const client = new Client({ home, authorization, exchange, patience, signal, onRetry });
  await greet(client, authorization, options);
  return client;
}

async function originOf(host: string, { exchange, onEvent, signal }: ConnectOptions): Promise<string> {
  const plain = new URL('/v2/', `http://${host}`);
  if (!isThisMachine(plain.hostname)) return `https://${host}`;
  try {
    // This request has no login.
    const answer = await exchange({ method: 'GET', url: plain, signal });
    answer.discard();
    // Servers for HTTPS answer 400 to a request over HTTP.
    if (answer.status === 400) return `https://${host}`;
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof RemoteError) throw error;
    // A server that speaks only HTTPS closes the connection, or answers with bytes that are not HTTP.
    if (codeOf(error) === 'ECONNREFUSED') throw unreachable(`The registry ${host}`, error);
    return `https://${host}`;
  }
  onEvent({ kind: 'notice', text: `${host} is used over http, because it is on this machine` });
  return plain.origin;
}

/**
 * Sends the first request, without a login. The request fails at once if the registry cannot be reached. The answer says
 * how to log in. Some registries answer this path with 404, or with 403, although a push is possible.
 */
async function greet(client: Client, authorization: Authorization, options: ConnectOptions): Promise<void> {
  const { registry, exchange, signal } = options;
  const retries = client.retries();
  for (;;) {
    try {
      const answer = await exchange({ method: 'GET', url: client.at('/v2/'), signal });
      await client.refuseBusy(answer);
      answer.discard();
      if (answer.status === 401) authorization.accept(answer.header('www-authenticate'), []);
      return;
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof RemoteError) throw error;
      const isThere = error instanceof RetriableError || codeOf(error) === 'ECONNRESET' || codeOf(error) === 'EPIPE';
      if (!isThere) throw unreachable(`The registry ${registry}`, error);
      if (options.insecure && (await speaksTls(client.at('/v2/'), options))) {
        const text = `The registry ${registry} closes connections over HTTP, and speaks HTTPS. Remove --insecure`;
        throw new RemoteError('unreachable', text, { cause: error });
      }
      await retries.after(error);
    }
  }
}

/** Returns whether a server at an address over HTTP speaks HTTPS, even if its certificate is not trusted. */
async function speaksTls(plain: URL, { exchange, signal }: ConnectOptions): Promise<boolean> {
  const url = new URL(plain);
  url.protocol = 'https:';
  try {
    const answer = await exchange({ method: 'GET', url, signal });
    answer.discard();
    return true;
  } catch (error) {
    signal?.throwIfAborted();
    return untrusted.test(codeOf(error));
  }
}
