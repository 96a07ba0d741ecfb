import type { Json } from './port.ts';

/**
 * This file makes the keys of all records. The first part of a key names the kind of its record, and `kinds` has a row
 * for each kind. The garbage collector, the deletion of a repository and the snapshots use these rows.
 *
 * `<registry>` is `public/<account>` or `private/<account>/<region>`. `<id>` is the id of a repository. A repository
 * that is deleted and created again gets a new id, so that it shares no record with the deleted repository, and one
 * write is enough to delete a repository. If commits are not atomic, repositories, images, tags and indexes are not
 * counted. If the storage is remote, small manifests are stored in records, and not as pieces of content.
 *
 * ```
 * layout                                   the version of this layout
 * secret                                   the secret that tokens are signed with
 * registry/<registry>                      a public registry's alias, badge and display name
 * alias/<alias>                            the account whose public registry an alias names
 * count/<registry>/<shard>                 the number of repositories in a registry, in 16 shards by name
 * repository/<registry>/<name>             a repository: its id, settings and creation time; if commits are not atomic,
 *                                          also the id of the deleted repository that had this name
 * usage/<id>                               how many images a repository has; each push or deletion changes the number
 * policy/<id>                              the policy of a repository
 * tags/<id>                                the resource tags of a repository
 * catalog/<id>                             the catalog data of a repository
 * logo/<uuid>                              the logo of a repository, whose logoUrl contains the UUID
 * image/<id>/<digest>                      an image: its manifest, how many tags and how many indexes name the image
 * pushed/<id>/<time>-<digest>              an image, in the order of the time of its push
 * pushed/<id>/<time>-<digest>/<tag>        each tag of an image, so that one list reads images and tags
 * tag/<id>/<tag>                           a tag, with the image's data for lists of tags
 * manifest/<id>/<tag>                      the manifest of a tag's image, if manifests are stored in records
 * parent/<id>/<digest>/<index>             that an image index of the repository names an image
 * referrer/<id>/<subject>/<digest>         that an image refers to a subject, and the descriptor of the image
 * typed/<id>/<subject>/<hash>/<digest>     a referrer, by a hash of its artifact type
 * layer/<id>/<digest>                      that a repository has a blob as a layer
 * blob/<digest>                            the ids of a blob's pieces, once for all repositories that have the blob
 * blob/<digest>/<n>                        more of the ids of a blob's pieces, 1,000 a record
 * upload/<id>/<upload>                     an open upload, with its progress if commits are atomic
 * upload/<id>/<upload>/<first byte>        a part of an upload, written once
 * gone/<id>                                a deleted repository, whose records are not deleted yet
 * lease/<time>-<seed>                      a range of ids that is reserved for new pieces of content
 * ```
 */

/** The facts that are equal for all records of one kind, such as all tags. */
export interface RecordKind {
  readonly owner: 'engine' | 'registry' | 'repository';
  /**
   * Whether a repository has many records of this kind, with keys `<kind>/<repository id>/…`. Otherwise a repository
   * has one record of this kind, with the key `<kind>/<repository id>`.
   */
  readonly many?: true;
  /**
   * Whether records of this kind hold the ids of pieces of content. With `own`, the pieces are removed together with
   * the record. With `image`, the pieces belong to an image, and stay when the record is removed.
   */
  readonly pieces?: 'own' | 'image';
  /**
   * Says what must be deleted so that records of this kind are deleted as well. With `repository`, the deletion of a
   * repository also deletes the records. With `catalog`, the deletion of a repository's catalog data also deletes the
   * record that the catalog data names. For example, the member `logo` of the catalog data is the last part of the key
   * `logo/<uuid>`.
   *
   * If `removedWith` is undefined, records of this kind are deleted at other times, or never.
   */
  readonly removedWith?: 'repository' | 'catalog';
  /** Whether the record stays in its storage: a snapshot does not contain it, and does not replace it. */
  readonly stays?: boolean;
}

/**
 * Maps the first part of a key to the kind of the record under the key. The order of the kinds matters for two reasons.
 * The records of a deleted repository are removed from the first kind to the last, so that tags are removed before the
 * images that they name. Pieces of content move from an upload to a blob, so a search for pieces must read the uploads
 * before the blobs.
 */
export const kinds = {
  layout: { owner: 'engine' },
  secret: { owner: 'engine', stays: true },
  lease: { owner: 'engine' },
  gone: { owner: 'engine' },
  registry: { owner: 'registry' },
  alias: { owner: 'registry' },
  count: { owner: 'registry' },
  repository: { owner: 'registry' },
  usage: { owner: 'repository', removedWith: 'repository' },
  policy: { owner: 'repository', removedWith: 'repository' },
  tags: { owner: 'repository', removedWith: 'repository' },
  catalog: { owner: 'repository', pieces: 'own', removedWith: 'repository' },
  logo: { owner: 'repository', pieces: 'own', removedWith: 'catalog' },
  upload: { owner: 'repository', many: true, pieces: 'own', removedWith: 'repository' },
  tag: { owner: 'repository', many: true, pieces: 'image', removedWith: 'repository' },
  manifest: { owner: 'repository', many: true, removedWith: 'repository' },
  pushed: { owner: 'repository', many: true, removedWith: 'repository' },
  parent: { owner: 'repository', many: true, removedWith: 'repository' },
  referrer: { owner: 'repository', many: true, pieces: 'own', removedWith: 'repository' },
  typed: { owner: 'repository', many: true, removedWith: 'repository' },
  image: { owner: 'repository', many: true, pieces: 'own', removedWith: 'repository' },
  layer: { owner: 'repository', many: true, removedWith: 'repository' },
  blob: { owner: 'engine', pieces: 'own' },
} as const satisfies Record<string, RecordKind>;

type KindName = keyof typeof kinds;

const rows = Object.entries(kinds) as [KindName, RecordKind][];

/**
 * Returns the facts about the kind of the record under `key`. Returns undefined if this version of Coracle does not
 * know the kind.
 */
export const kindOf = (key: string): RecordKind | undefined => {
  const name = key.split('/', 1)[0] ?? '';
  return Object.hasOwn(kinds, name) ? kinds[name as KindName] : undefined;
};

/** Returns whether the record under `key` stays in its storage, so that no snapshot contains it. */
export const staysInStorage = (key: string): boolean => kindOf(key)?.stays === true;

/** Returns the prefix that the keys of all records of a kind start with. */
export const allOf = (kind: KindName): string => `${kind}/`;

/**
 * Returns the key prefixes of all records that hold ids of pieces of content. A search for pieces must read the records
 * in the order of the returned list.
 */
export const prefixesOfPieces = (): string[] => rows.flatMap(([name, { pieces }]) => (pieces ? [allOf(name)] : []));

/** The keys of a repository's records of one kind: one key, or the prefix of many keys. */
export type KeysOfKind = { readonly key: string } | { readonly prefix: string };

/** Returns the keys of all records of a repository, in the order in which they are removed. */
export const allKeysOf = (id: string): KeysOfKind[] =>
  rows
    .filter(([, { removedWith }]) => removedWith === 'repository')
    .map(([name, { many }]) => (many ? { prefix: `${name}/${id}/` } : { key: `${name}/${id}` }));

/**
 * Returns the keys of the records that must be removed together with the record under `key`. `value` is the value of
 * the record, and names the other records: for example, catalog data names the record of a logo.
 */
export const keysRemovedWith = (key: string, value: Json): string[] =>
  rows.flatMap(([name, { removedWith }]) => {
    const named = removedWith && kinds[removedWith] === kindOf(key) ? (value as { [member: string]: Json })[name] : '';
    return typeof named === 'string' && named !== '' ? [`${name}/${named}`] : [];
  });

/**
 * Formats a time in milliseconds, or a number of bytes, as 15 digits, so that keys sort by the number. The maximum is
 * 999,999,999,999,999.
 */
const digits = (n: number): string => String(n).padStart(15, '0');

/**
 * A suffix for keys. `<key>/~` sorts after `<key>/<tag>` for every tag, because `~` is greater than all characters of a
 * tag.
 */
const afterTags = '/~';

export const keys = {
  layout: 'layout',
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
  images: (id: string) => `image/${id}/`,
  image: (id: string, digest: string) => `image/${id}/${digest}`,
  pushedAll: (id: string) => `pushed/${id}/`,
  pushed: (id: string, time: number, digest: string) => `pushed/${id}/${digits(time)}-${digest}`,
  pushedTags: (id: string, time: number, digest: string) => `pushed/${id}/${digits(time)}-${digest}/`,
  pushedTag: (id: string, time: number, digest: string, tag: string) => `pushed/${id}/${digits(time)}-${digest}/${tag}`,
  /**
   * Returns a key that sorts after the keys of all tags of the image with the key `pushedKey`. A list that continues
   * after the returned key starts with the next image.
   */
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
  layers: (id: string) => `layer/${id}/`,
  layer: (id: string, digest: string) => `layer/${id}/${digest}`,
  blob: (digest: string) => `blob/${digest}`,
  blobTable: (digest: string, n: number) => `blob/${digest}/${digits(n)}`,
  upload: (id: string, upload: string) => `upload/${id}/${upload}`,
  parts: (id: string, upload: string) => `upload/${id}/${upload}/`,
  part: (id: string, upload: string, first: number) => `upload/${id}/${upload}/${digits(first)}`,
  gone: (id: string) => `gone/${id}`,
  lease: (time: number, seed: string) => `lease/${digits(time)}-${seed}`,
} as const;

/**
 * Returns the text after the last `/` of a key, for example the tag, the digest of a layer, or the id of a deleted
 * repository.
 */
export const lastPart = (key: string): string => key.slice(key.lastIndexOf('/') + 1);

/**
 * Splits a key that starts with `pushed/`. Such a record is about an image, or about one tag of an image. Returns the
 * key of the record about the image, and the tag if the given record is about a tag.
 */
export function readPushed(key: string): { readonly image: string; readonly tag?: string } {
  const end = key.indexOf('/', key.indexOf('/', allOf('pushed').length) + 1);
  return end === -1 ? { image: key } : { image: key.slice(0, end), tag: key.slice(end + 1) };
}

/**
 * Splits a key that starts with `upload/`. Returns the ids of the repository and the upload. If the record is about a
 * part of the upload, also returns the position of the part's first byte.
 */
export function readUpload(key: string): { readonly id: string; readonly upload: string; readonly first?: number } {
  const [, id = '', upload = '', first] = key.split('/');
  return { id, upload, ...(first === undefined ? {} : { first: Number(first) }) };
}

/**
 * Splits a key that starts with `blob/`. Returns the digest of the blob. `isTable` is true if the record only has more
 * ids of the blob's pieces.
 */
export function readBlob(key: string): { readonly digest: string; readonly isTable: boolean } {
  const [, digest = '', table] = key.split('/');
  return { digest, isTable: table !== undefined };
}

/**
 * Splits a key that starts with `lease/`. A lease reserves ids for new pieces of content. Returns the time of the lease
 * in milliseconds, and the seed, with which all reserved ids start.
 */
export function readLease(key: string): { readonly time: number; readonly seed: string } {
  const text = lastPart(key);
  const end = text.indexOf('-');
  return { time: Number(text.slice(0, end)), seed: text.slice(end + 1) };
}

/**
 * Converts a name from a request to a part of a key, so that a list can continue after this name.
 *
 * A key holds only printable ASCII characters. If the name has another character, the result is the text before this
 * character, followed by `~`.
 */
export const asPosition = (name: string): string => name.slice(0, 300).replace(/[^!-~][\s\S]*$/, '~');
