/**
 * The whole key layout, as a tree. `<registry>` is `public/<account>` or `private/<account>/<region>`;
 * `<id>` is a repository's own id, so that a repository that is deleted and created again shares
 * nothing with the one before, and deleting it is one write. `*` marks records that name bytes.
 * Where commits are not atomic nothing is counted. If the storage is remote, small manifests are in records.
 *
 * ```
 * secret                                   what tokens are signed with
 * registry/<registry>                      a public registry's alias, badge and display name
 * alias/<alias>                            whose public registry an alias names
 * count/<registry>/<shard>                 how many repositories there are, in 16 shards by name
 * repository/<registry>/<name>             a repository: its id, settings and creation time
 * usage/<id>                               how many images it has; every new or deleted image changes it
 * policy/<id>                              its policy
 * tags/<id>                                its resource tags
 * catalog/<id>                           * its catalog data
 * logo/<uuid>                            * the bytes behind a logoUrl
 * image/<id>/<digest>                    * an image: its manifest, how many tags, how many lists name it
 * pushed/<id>/<time>-<digest>              the same image in the order of its push
 * pushed/<id>/<time>-<digest>/<tag>        each of its tags, so that one list reads images and tags
 * tag/<id>/<tag>                         * a tag, with the image that it points at: what a list of tags shows
 * manifest/<id>/<tag>                      the manifest of that image, if it is in records and not a piece
 * parent/<id>/<digest>/<list>              that a list (an image of the same repository) names an image
 * referrer/<id>/<subject>/<digest>       * that an image refers to a subject, and how lists describe it
 * typed/<id>/<subject>/<hash>/<digest>     the same by a hash of its artifact type
 * layer/<id>/<digest>                      that a repository has a layer
 * content/<digest>                       * the bytes of a layer, kept once however many repositories have it
 * content/<digest>/<n>                   * more of its pieces, 1,000 a record
 * upload/<id>/<upload>                     an open upload: if commits are atomic, with how far it is
 * upload/<id>/<upload>/<first byte>      * a part of it, written once
 * gone/<id>                                a deleted repository, whose records are still to be collected
 * lease/<time>-<seed>                      which ids pieces may have been given
 * ```
 */

/** Where all records of a kind are, whosever they are: what the collector goes through. */
export const kinds = {
  repository: 'repository/',
  layer: 'layer/',
  content: 'content/',
  upload: 'upload/',
  gone: 'gone/',
  lease: 'lease/',
} as const;

/** Milliseconds or bytes as digits that sort by their value: up to 999,999,999,999,999. */
const digits = (n: number): string => String(n).padStart(15, '0');

/** Sorts after every tag, whose characters are all smaller. */
const afterTags = '/~';

export const keys = {
  secret: 'secret',
  registry: (registry: string) => `registry/${registry}`,
  alias: (alias: string) => `alias/${alias}`,
  count: (registry: string, shard: number) => `count/${registry}/${shard.toString(16)}`,
  repositories: (registry: string) => `repository/${registry}/`,
  repository: (registry: string, name: string) => `repository/${registry}/${name}`,
  usage: (id: string) => `usage/${id}`,
  policy: (id: string) => `policy/${id}`,
  resourceTags: (id: string) => `tags/${id}`,
  catalog: (id: string) => `catalog/${id}`,
  logo: (uuid: string) => `logo/${uuid}`,
  image: (id: string, digest: string) => `image/${id}/${digest}`,
  pushedAll: (id: string) => `pushed/${id}/`,
  pushed: (id: string, time: number, digest: string) => `pushed/${id}/${digits(time)}-${digest}`,
  pushedTags: (id: string, time: number, digest: string) => `pushed/${id}/${digits(time)}-${digest}/`,
  pushedTag: (id: string, time: number, digest: string, tag: string) => `pushed/${id}/${digits(time)}-${digest}/${tag}`,
  /** Where a list goes on after an image and all of its tags. */
  afterPushed: (pushedKey: string) => pushedKey + afterTags,
  tags: (id: string) => `tag/${id}/`,
  tag: (id: string, tag: string) => `tag/${id}/${tag}`,
  tagManifest: (id: string, tag: string) => `manifest/${id}/${tag}`,
  parents: (id: string, digest: string) => `parent/${id}/${digest}/`,
  parent: (id: string, digest: string, list: string) => `parent/${id}/${digest}/${list}`,
  referrers: (id: string, subject: string) => `referrer/${id}/${subject}/`,
  referrer: (id: string, subject: string, digest: string) => `referrer/${id}/${subject}/${digest}`,
  typedReferrers: (id: string, subject: string, hash: string) => `typed/${id}/${subject}/${hash}/`,
  typedReferrer: (id: string, subject: string, hash: string, digest: string) =>
    `typed/${id}/${subject}/${hash}/${digest}`,
  layer: (id: string, digest: string) => `layer/${id}/${digest}`,
  content: (digest: string) => `content/${digest}`,
  contentTable: (digest: string, n: number) => `content/${digest}/${digits(n)}`,
  upload: (id: string, upload: string) => `upload/${id}/${upload}`,
  parts: (id: string, upload: string) => `upload/${id}/${upload}/`,
  part: (id: string, upload: string, first: number) => `upload/${id}/${upload}/${digits(first)}`,
  gone: (id: string) => `gone/${id}`,
  lease: (time: number, seed: string) => `lease/${digits(time)}-${seed}`,
  /** Where what belongs to a repository is, but for its single records. Tags go before the images that they name. */
  under: (id: string) =>
    ['upload', 'tag', 'manifest', 'pushed', 'parent', 'referrer', 'typed', 'image', 'layer'].map(
      (kind) => `${kind}/${id}/`,
    ),
} as const;
