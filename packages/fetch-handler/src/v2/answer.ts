import { type Body, everywhere, respondExactly, storedContent } from '../respond.ts';

/** Headers of every answer of `/v2/`. Older clients recognize the protocol by its version. */
const ofV2 = { ...everywhere, 'docker-distribution-api-version': 'registry/2.0' };

/** Headers of an answer with stored content. */
export const contentHeaders = { ...ofV2, ...storedContent };

/** Makes an answer of `/v2/`. */
export const answer = (status: number, headers: Readonly<Record<string, string>> = {}, body: Body = null): Response =>
  respondExactly(status, { ...ofV2, ...headers }, body);
