import { RegistryError } from '@coracle/core';
import { type CallMessage, failureIn, type RegistryStub } from './messages.ts';
import type { remoteMethods } from './methods.ts';

const maxAttempts = 4;
const firstDelay = 50;

/** The methods that may run twice without a further effect. A plan that is repeated only reserves more ids. */
const repeatable: ReadonlySet<string> = new Set([
  'checkBlob',
  'getLogo',
  'getManifest',
  'getReferrers',
  'getRepositories',
  'getTags',
  'getUpload',
  'listReferrers',
  'locate',
  'locateBlob',
  'openToken',
  'planPieces',
] satisfies (typeof remoteMethods)[number][]);

/** The members of an error of a Durable Object ("Error handling" in Cloudflare's documentation). */
interface Broken {
  readonly retryable?: boolean;
  readonly overloaded?: boolean;
  readonly durableObjectReset?: boolean;
}

/** Waits the given number of milliseconds. */
export type Wait = (milliseconds: number) => Promise<void>;

const byTimer: Wait = (milliseconds) =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });

/**
 * Calls a method of the engine in the object. If the object is restarted, for example by a deployment, a call that only
 * reads is repeated. Any other call is not repeated, because the object may have carried it out already.
 * @param object returns a new stub. A stub that has failed stays broken
 * @throws the failure of the call; ServerException, after which clients try again, if the object did not answer
 */
export async function callObject(object: () => RegistryStub, message: CallMessage, wait = byTimer): Promise<unknown> {
  const attempts = repeatable.has(message.method) ? maxAttempts : 1;
  for (let attempt = 1; ; attempt++) {
    try {
      const result = await object().call(message);
      if ('failure' in result) throw failureIn(result.failure);
      return result.value;
    } catch (error) {
      if (RegistryError.is(error)) throw error;
      if (attempt >= attempts || !isPassing(error)) throw unanswered(error);
      // The delays are random, because a failure of one call is often a failure of many.
      await wait(firstDelay * 2 ** attempt * (0.5 + Math.random()));
    }
  }
}

/** Returns whether a retry is useful. An overloaded object is not called again, because that would overload it more. */
function isPassing(error: unknown): boolean {
  const { retryable, overloaded, durableObjectReset } = Object(error) as Broken;
  return overloaded !== true && (retryable === true || durableObjectReset === true);
}

const unanswered = (cause: unknown): RegistryError =>
  new RegistryError('ServerException', 'The Durable Object of the registry did not answer. Try again.', 'UNKNOWN', {
    fault: 'server',
    retryable: true,
    cause,
  });
