import { jsonAnswer } from './errors.ts';
import { linkTo, pageOf } from './pages.ts';
import type { Call, Methods } from './route.ts';

/** "Listing Tags" of the OCI distribution specification. */
export const tagsRoute: Methods = { GET: listTags };

async function listTags({ engine, at, front, name, query }: Call): Promise<Response> {
  const page = pageOf(front, query);
  const { tags, more } = await engine.distribution.getTags(at, page);
  return jsonAnswer(200, { name, tags }, more ? linkTo(front, `/v2/${name}/tags/list`, page, tags.at(-1)) : {});
}
