import { invalidParameter } from '@coracle/core';
import { jsonAnswer } from './errors.ts';
import type { Call, Methods } from './route.ts';

/** "Listing Tags" of the OCI distribution specification. */
export const tagsRoute: Methods = { GET: listTags };

async function listTags({ engine, at, name, query }: Call): Promise<Response> {
  const n = query.get('n');
  if (n !== null && !/^\d{1,15}$/.test(n)) throw invalidParameter('n', 'Member must be a whole number');
  const last = query.get('last');
  const { tags, more } = await engine.distribution.getTags(at, {
    ...(n === null ? {} : { most: Number(n) }),
    ...(last === null ? {} : { last }),
  });
  const end = tags.at(-1);
  const next = new URLSearchParams({ n: n ?? '', last: end ?? '' });
  const link = more && end !== undefined ? { link: `</v2/${name}/tags/list?${next}>; rel="next"` } : {};
  return jsonAnswer(200, { name, tags }, link);
}
