import { invalidParameter, isDigest } from '@coracle/core';
import { jsonAnswer } from './errors.ts';
import type { Call, Methods } from './route.ts';

/** "Listing Referrers" of the OCI distribution specification. */
export const referrersRoute = (subject: string): Methods => ({ GET: (call) => listReferrers(call, subject) });

const indexType = 'application/vnd.oci.image.index.v1+json';

async function listReferrers({ engine, at, name, query }: Call, subject: string): Promise<Response> {
  const artifactType = query.get('artifactType') || undefined;
  const last = query.get('last');
  if (last !== null && !isDigest(last)) throw invalidParameter('last', 'Member must be a digest');
  const { referrers, more } = await engine.distribution.getReferrers(at, subject, {
    ...(artifactType === undefined ? {} : { artifactType }),
    ...(last === null ? {} : { last }),
  });
  const filter = artifactType === undefined ? {} : { artifactType };
  const next = new URLSearchParams({ ...filter, last: referrers.at(-1)?.digest ?? '' });
  const index = { schemaVersion: 2, mediaType: indexType, manifests: referrers };
  return jsonAnswer(200, index, {
    'content-type': indexType,
    ...(artifactType === undefined ? {} : { 'oci-filters-applied': 'artifactType' }),
    ...(more ? { link: `</v2/${name}/referrers/${subject}?${next}>; rel="next"` } : {}),
  });
}
