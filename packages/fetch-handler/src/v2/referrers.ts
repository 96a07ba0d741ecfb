import { invalidParameter, isDigest } from '@coracle/core';
import { encodeUtf8 } from '@coracle/core/utf8';
import { storedContent } from '../respond.ts';
import { answer } from './answer.ts';
import type { Call, Methods } from './route.ts';

/**
 * Returns the functions, by HTTP method, that answer the endpoint `/v2/<name>/referrers/<digest>`. The endpoint lists
 * the manifests whose subject has the given digest ("Listing Referrers" of the OCI distribution specification).
 */
export const referrersRoute = (subject: string): Methods => ({ GET: (call) => listReferrers(call, subject) });

const indexType = 'application/vnd.oci.image.index.v1+json';

async function listReferrers({ engine, at, caller, name, query }: Call, subject: string): Promise<Response> {
  const artifactType = query.get('artifactType') || undefined;
  const last = query.get('last');
  if (last !== null && !isDigest(last)) throw invalidParameter('last', 'Member must be a digest');
  const page = await engine.distribution.listReferrers(at, subject, {
    ...(artifactType === undefined ? {} : { artifactType }),
    ...(last === null ? {} : { last }),
    ...caller,
  });
  const filter = artifactType === undefined ? {} : { artifactType };
  const next = new URLSearchParams({ ...filter, last: page.last ?? '' });
  const index = `{"schemaVersion":2,"mediaType":"${indexType}","manifests":[${page.entries.join(',')}]}`;
  const body = encodeUtf8(index);
  return answer(
    200,
    {
      ...storedContent,
      'content-type': indexType,
      'content-length': String(body.length),
      ...(artifactType === undefined ? {} : { 'oci-filters-applied': 'artifactType' }),
      ...(page.last !== undefined ? { link: `</v2/${name}/referrers/${subject}?${next}>; rel="next"` } : {}),
    },
    body,
  );
}
