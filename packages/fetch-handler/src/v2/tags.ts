import { writeList } from '../long-lists.ts';
import { jsonTextAnswer } from './errors.ts';
import { linkTo, pageOf } from './pages.ts';
import type { Call, Methods } from './route.ts';

/**
 * The functions that answer the endpoint `/v2/<name>/tags/list`, by HTTP method ("Listing Tags" of the OCI distribution
 * specification).
 */
export const tagsRoute: Methods = { GET: listTags };

async function listTags({ engine, at, caller, front, name, query }: Call): Promise<Response> {
  const page = pageOf(front, query);
  const { tags, more } = await engine.distribution.getTags(at, { ...page, ...caller });
  const json = `{"name":${JSON.stringify(name)},"tags":${await writeList(tags)}}`;
  return jsonTextAnswer(200, json, more ? linkTo(front, `/v2/${name}/tags/list`, page, tags.at(-1)) : {});
}
