import { type Body, everywhere, respondExactly, storedContent } from '../respond.ts';

/** Of every answer of `/v2/`: clients of old know it by its version. */
const ofV2 = { ...everywhere, 'docker-distribution-api-version': 'registry/2.0' };

/** Of an answer with stored content. */
export const contentHeaders = { ...ofV2, ...storedContent };

/** An answer of `/v2/`. */
export const answer = (status: number, headers: Readonly<Record<string, string>> = {}, body: Body = null): Response =>
  respondExactly(status, { ...ofV2, ...headers }, body);
