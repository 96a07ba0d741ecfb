import { type Body, everywhere, respondExactly, storedContent } from '../respond.ts';

/**
 * The headers of every answer of `/v2/`. Older clients recognize the protocol by the header
 * `Docker-Distribution-Api-Version`.
 */
const ofV2 = { ...everywhere, 'docker-distribution-api-version': 'registry/2.0' };

/** The headers of every answer of `/v2/` that contains a stored manifest or blob. */
export const contentHeaders = { ...ofV2, ...storedContent };

/** Makes a response with the headers that every answer of `/v2/` has, and with the given headers. */
export const answer = (status: number, headers: Readonly<Record<string, string>> = {}, body: Body = null): Response =>
  respondExactly(status, { ...ofV2, ...headers }, body);
