import type { CallOptions } from '@coracle/core';
import type { ServedEngine } from '../settings.ts';
import { jsonAnswer } from './errors.ts';
import type { Front } from './front.ts';
import { linkTo, pageOf } from './pages.ts';

/** Answers `GET /v2/_catalog` for a private registry. The OCI distribution specification reserves it ("Endpoints"). */
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
