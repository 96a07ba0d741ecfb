import type { Json } from './port.ts';

/**
 * The whole key layout. The first part of a key names the kind of its record, and `kinds` has a row for each. The
 * collector, the deletion of a repository and the snapshots follow from these rows. `<registry>` is
 * `public/<account>` or `private/<account>/<region>`. `<id>` is a repository's own id, so that a repository that is
 * deleted and created again shares nothing with the one before, and deleting it is one write. If commits are not
 * atomic, nothing is counted. If the storage is remote, small manifests are in records.
 *
 * ```
 * layout                                   the version of this layout
 * secret                                   the secret that tokens are signed with
 * registry/<registry>                      a public registry's alias, badge and display name
 * alias/<alias>                            the account whose public registry an alias names
 * count/<registry>/<shard>                 how many repositories there are, in 16 shards by name
 * repository/<registry>/<name>             a repository: its id, settings and creation time; if commits are not atomic,
 *                                          also the id of the deleted repository that was there
 * usage/<id>                               how many images it has; every new or deleted image changes it
 * policy/<id>                              its policy
 * tags/<id>                                its resource tags
 * catalog/<id>                             its catalog data
 * logo/<uuid>                              the bytes behind a logoUrl
 * image/<id>/<digest>                      an image: its manifest, how many tags, how many lists name it
 * pushed/<id>/<time>-<digest>              the same image in the order of its push
 * pushed/<id>/<time>-<digest>/<tag>        each of its tags, so that one list reads images and tags
 * tag/<id>/<tag>                           a tag, with the image that it points at: what a list of tags shows
 * manifest/<id>/<tag>                      the manifest of that image, if it is in records and not a piece
 * parent/<id>/<digest>/<list>              that a list (an image of the same repository) names an image
 * referrer/<id>/<subject>/<digest>         that an image refers to a subject, and how lists describe it
 * typed/<id>/<subject>/<hash>/<digest>     the same by a hash of its artifact type
 * layer/<id>/<digest>                      that a repository has a blob as a layer
 * blob/<digest>                            the bytes of a blob, kept once however many repositories have it
 * blob/<digest>/<n>                        more of its pieces, 1,000 a record
 * upload/<id>/<upload>                     an open upload: if commits are atomic, with how far it is
 * upload/<id>/<upload>/<first byte>        a part of it, written once
 * gone/<id>                                a deleted repository, whose records are still to be collected
 * lease/<time>-<seed>                      the ids that pieces may have been given
 * ```
 */

/** The facts about all records of a kind. */
export interface RecordKind {
  readonly owner: 'engine' | 'registry' | 'repository';
  /** Whether a repository has many of them, under its id and a slash. Otherwise it has one, under its id. */
  readonly many?: true;
  /** Whether it names pieces: its own, which are removed with it, or the ones of an image, which outlive it. */
  readonly pieces?: 'own' | 'image';
  /**
   * The record that it is removed with: its repository, or the record that names it in a member of its kind's name.
   * Records without this are removed one by one, for reasons of their own, or never.
   */
  readonly removedWith?: 'repository' | 'catalog';
}

/**
 * Every kind of record. The order matters. A repository's records are removed from the first kind to the last: tags go
 * before the images that they name. Pieces move from an upload to a blob: a search that reads uploads first finds them.
 */
export const kinds = {
  layout: { owner: 'engine' },
  secret: { owner: 'engine' },
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

/** Returns the row of a key's kind, or undefined if this version has no such kind. */
export const kindOf = (key: string): RecordKind | undefined => {
  const name = key.split('/', 1)[0] ?? '';
  return Object.hasOwn(kinds, name) ? kinds[name as KindName] : undefined;
};

/** Returns the prefix of all keys of a kind. */
export const allOf = (kind: KindName): string => `${kind}/`;

/** Returns the prefixes of records that name pieces, in the order in which a search must read them. */
export const prefixesOfPieces = (): string[] => rows.flatMap(([name, { pieces }]) => (pieces ? [allOf(name)] : []));

/** The keys of a repository's records of one kind: a single key, or the prefix of many. */
export type KeysOfKind = { readonly key: string } | { readonly prefix: string };

/** Returns the keys of all records of a repository, in the order in which they are removed. */
export const allKeysOf = (id: string): KeysOfKind[] =>
  rows
    .filter(([, { removedWith }]) => removedWith === 'repository')
    .map(([name, { many }]) => (many ? { prefix: `${name}/${id}/` } : { key: `${name}/${id}` }));

/** Returns the keys of other records that must be removed together with this record, because its value names them. */
export const keysRemovedWith = (key: string, value: Json): string[] =>
  rows.flatMap(([name, { removedWith }]) => {
    const named = removedWith && kinds[removedWith] === kindOf(key) ? (value as { [member: string]: Json })[name] : '';
    return typeof named === 'string' && named !== '' ? [`${name}/${named}`] : [];
  });

/** Writes milliseconds or bytes as digits that sort by their value: up to 999,999,999,999,999. */
const digits = (n: number): string => String(n).padStart(15, '0');

/** A suffix that sorts after every tag, because all characters of a tag are smaller. */
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
  /** Gives the position from which a list continues after an image and all of its tags. */
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

/** Returns the last part of a key: the tag of a tag, the digest of a layer, the id of a deleted repository. */
export const lastPart = (key: string): string => key.slice(key.lastIndexOf('/') + 1);

/** Reads a key of `pushed`: the key of the image, and the tag if the record is one of the image's tags. */
export function readPushed(key: string): { readonly image: string; readonly tag?: string } {
  const end = key.indexOf('/', key.indexOf('/', allOf('pushed').length) + 1);
  return end === -1 ? { image: key } : { image: key.slice(0, end), tag: key.slice(end + 1) };
}

/** Reads a key of `upload`: the upload, and the first byte if the record is a part. */
export function readUpload(key: string): { readonly id: string; readonly upload: string; readonly first?: number } {
  const [, id = '', upload = '', first] = key.split('/');
  return { id, upload, ...(first === undefined ? {} : { first: Number(first) }) };
}

/** Reads a key of `blob`: the digest, and whether the record only has more of the pieces. */
export function readBlob(key: string): { readonly digest: string; readonly isTable: boolean } {
  const [, digest = '', table] = key.split('/');
  return { digest, isTable: table !== undefined };
}

/** Reads a key of `lease`. */
export function readLease(key: string): { readonly time: number; readonly seed: string } {
  const text = lastPart(key);
  const end = text.indexOf('-');
  return { time: Number(text.slice(0, end)), seed: text.slice(end + 1) };
}

/**
 * Converts any name to a part of a key, so that a list can continue after this name. A key holds only printable ASCII
 * characters. If the name has another character, the result is the part before this character, and `~`.
 */
export const asPosition = (name: string): string => name.slice(0, 300).replace(/[^!-~][\s\S]*$/, '~');
