import { respond } from '../respond.ts';

const version = { 'docker-distribution-api-version': 'registry/2.0' };

/** An answer of `/v2/`, with the header by which clients of old know it. */
export const answer = (
  status: number,
  headers: Readonly<Record<string, string>> = {},
  body: Uint8Array | ReadableStream<Uint8Array> | null = null,
): Response => respond(status, { ...version, ...headers }, body);
