import { refuseUnknown } from '@coracle/core';
import { type Hosts, matcherOf } from './hosts.ts';

/** A registry that answers requests, such as the result of `createRegistry()`. */
export interface FetchingRegistry {
  readonly fetch: (request: Request) => Promise<Response>;
}

/** The options of `answerFetches`. */
export interface AnswerFetchesOptions {
  /**
   * The hosts whose requests the registry answers.
   *
   * An entry of a list is a host name, such as `registry.example`. If the port is not the default port of the scheme, the
   * entry has the port too: `localhost:4747`. `*.registry.example` stands for all hosts below `registry.example`. The
   * hosts need not exist.
   *
   * A function gets the URL of each request, and returns at once whether the registry answers this request. The function
   * `awsHosts` stands for the hosts of Amazon ECR Public and Amazon ECR.
   */
  readonly hosts: Hosts;
}

/** The event that a browser sends to a service worker for each request of a page. TypeScript's types of pages lack it. */
interface FetchEvent extends Event {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}

/**
 * Lets a registry answer the requests that web pages send to the given hosts. Requests to all other hosts are left
 * alone, so other listeners and the network answer them. A request to one of the hosts never goes to the network, even
 * if the registry answers it with 404 or fails.
 *
 * Call `answerFetches` while the script of the service worker runs for the first time: at its top level, and not after
 * an `await` or in an event. Browsers ignore listeners that are added later.
 * @returns a function that removes the listener. All later requests then go to the network
 * @throws TypeError if an option is invalid, or if the program is not a service worker
 */
export function answerFetches(registry: FetchingRegistry, options: AnswerFetchesOptions): () => void {
  if (typeof registry?.fetch !== 'function') {
    throw new TypeError('The first argument of answerFetches must be a registry: pass the result of createRegistry()');
  }
  refuseUnknown('answerFetches', options, ['hosts']);
  // Workers of Cloudflare have a ServiceWorkerGlobalScope as well, but they cannot be installed in a browser.
  if (!('skipWaiting' in globalThis)) {
    throw new TypeError(
      "answerFetches works only in a service worker: call it in the script that the page passes to navigator.serviceWorker.register(). Other programs call registry.fetch(request), or use awsSdk(registry) of '@coracle/registry/aws-sdk'",
    );
  }
  const isAnswered = matcherOf(options.hosts, new URL(self.location.href));
  // An async function turns everything that `fetch` throws into a rejection. If the listener itself threw an error, the
  // request would go to the network.
  const answer = async (request: Request): Promise<Response> => registry.fetch(request);
  const listener = (event: Event): void => {
    const { request } = event as FetchEvent;
    if (isAnswered(new URL(request.url))) (event as FetchEvent).respondWith(answer(request));
  };
  self.addEventListener('fetch', listener);
  return () => self.removeEventListener('fetch', listener);
}
