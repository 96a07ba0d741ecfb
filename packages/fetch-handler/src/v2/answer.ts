import { type Body, respond, respondLending } from '../respond.ts';

const version = { 'docker-distribution-api-version': 'registry/2.0' };

/** An answer of `/v2/`, with the header by which clients of old know it. */
export const answer = (status: number, headers: Readonly<Record<string, string>> = {}, body: Body = null): Response =>
  respond(status, { ...version, ...headers }, body);

/** An answer whose body is the storage's own, or takes room by itself. */
export const answerLending = (status: number, headers: Readonly<Record<string, string>>, body: Body): Response =>
  respondLending(status, { ...version, ...headers }, body);
