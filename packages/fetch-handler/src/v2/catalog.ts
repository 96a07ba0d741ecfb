import type { CallOptions } from '@coracle/core';
import type { ServedEngine } from '../settings.ts';
import { jsonAnswer } from './errors.ts';
import type { Front } from './front.ts';
import { linkTo, pageOf } from './pages.ts';

/**
 * Answers `GET /v2/_catalog` with a page of the names of a private registry's repositories. The OCI distribution
 * specification reserves this path ("Endpoints").
 */
export async function listRepositories(
  engine: ServedEngine,
  front: Front,
  { host, searchParams }: URL,
  caller: CallOptions,
): Promise<Response> {
  const page = pageOf(front, searchParams);
  const { repositories, more } = await engine.distribution.getRepositories(host, { ...page, ...caller });
  return jsonAnswer(200, { repositories }, more ? linkTo(front, '/v2/_catalog', page, repositories.at(-1)) : {});
}
