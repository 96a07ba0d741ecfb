import type { Address, HostPath, Place } from '../access/place.ts';
import type { Algorithm } from '../digest/running-hash.ts';
import type { Rules } from '../distribution/address.ts';
import type { LocatedBlob } from '../distribution/blobs.ts';
import type { NewManifest } from '../distribution/manifests.ts';
import type { NamesPage } from '../distribution/names.ts';
import type { Referrer, ReferrersJson, ReferrersPage } from '../distribution/referrers.ts';
import type { StoredContent, Upload, UploadStatus } from '../distribution/uploads.ts';
import type { Authorization, Grant } from '../domain/authorization.ts';
import type { StoredManifest } from '../domain/images/image.ts';
import type { ReadableLayer } from '../domain/layers/layers.ts';
import type { ReservedIds } from '../domain/layers/piece-ids.ts';
import type { CallOptions } from '../operations/implementation.ts';
import type { Content } from './content.ts';

/**
 * The argument `manifest` of `putManifest`: the bytes and the media type of a manifest. `tags` may list further tags
 * for the image.
 */
export type PutManifest = Omit<NewManifest, 'bytes'> & {
  readonly bytes: string | Uint8Array | ArrayBuffer;
};

/**
 * The methods of `engine.distribution`, which implement the OCI distribution protocol. The methods use the same
 * repositories and images as the operations of Amazon ECR Public and Amazon ECR.
 *
 * The first argument of most methods is a repository: the result of `locate`, or a host and a path as a client writes
 * them, such as `{ host: 'localhost:4747', path: 'team/web' }`. The last argument is an object with the options of the
 * call, such as the account of the caller.
 */
export interface Distribution {
  /** Returns the address of the repository that `<host>/<path>` names. The repository need not exist. */
  locate(host: string, path: string, options?: CallOptions): Promise<Address>;
  /**
   * Returns `public` or `private`, the kind of registry that a host of AWS serves. Returns undefined if the host does
   * not belong to AWS.
   */
  kindOfHost(host: string): 'public' | 'private' | undefined;
  /**
   * Checks that a host and a path are a valid repository address. The repository need not exist.
   * @throws InvalidParameterException if the path is not a valid repository name, or if the host contains an invalid
   * region
   */
  checkPlace(place: HostPath): void;
  /** Creates the repository if it does not exist. */
  ensureRepository(at: Place, options?: CallOptions): Promise<void>;
  getBlob(at: Place, digest: string, options?: CallOptions): Promise<ReadableLayer>;
  /** Returns the digest and the size in bytes of a blob, without reading the content of the blob. */
  checkBlob(at: Place, digest: string, options?: CallOptions): Promise<{ digest: string; size: number }>;
  /** Removes a blob from a repository. Images whose manifests name the blob are not changed. */
  deleteBlob(at: Place, digest: string, options?: CallOptions): Promise<void>;
  /**
   * Adds a blob of the repository `from` to the repository `at`, without copying the content of the blob. Returns true
   * if the blob was mounted. Returns false if not, for example because the repository `from` does not have the blob.
   */
  mountBlob(at: Place, digest: string, from: Place, options?: CallOptions): Promise<boolean>;
  /**
   * Starts an upload of a blob. Pass the returned `uploadId` and `state` to the next call for the upload. `algorithm`
   * is the hash algorithm of the blob's digest; sha256 by default.
   * @throws ThrottlingException if the repository has reached the limit `limits.openUploads`
   */
  startUpload(
    at: Place,
    options?: CallOptions & { readonly algorithm?: Algorithm },
  ): Promise<{ uploadId: string; state?: string }>;
  /** Cancels an upload, and deletes the content that was already uploaded. */
  cancelUpload(at: Place, upload: Upload, options?: CallOptions): Promise<void>;
  /** Returns how many bytes of an upload are stored. */
  getUpload(at: Place, upload: Upload, options?: CallOptions): Promise<UploadStatus>;
  /**
   * Appends content to an upload. `first` is the position in the blob of the first byte of `content`, counted from 0.
   * If `first` is not given, the position is not checked.
   * @throws TypeError if `content` is not of the type `Content`
   * @throws InvalidLayerPartException if `first` is given and differs from the number of bytes that are already stored
   * @throws LimitExceededException if the upload would have more parts than `limits.partsPerUpload`
   */
  appendToUpload(
    at: Place,
    upload: Upload,
    content: Content,
    options?: CallOptions & { readonly first?: number | undefined },
  ): Promise<UploadStatus>;
  /**
   * Finishes an upload. Appends `content` if it is given. Checks that the whole content has the digest `digest`. Adds
   * the blob to the repository.
   *
   * `rules` is `specification` (OCI, the default) or `service` (the AWS API). With `service`, an upload without any
   * content is rejected.
   */
  finishUpload(
    at: Place,
    upload: Upload,
    digest: string,
    options?: CallOptions & { readonly content?: Content | undefined; readonly rules?: Rules },
  ): Promise<{ digest: string; size: number }>;
  /**
   * Says where the next bytes of an upload begin, and reserves ids for `pieces` new pieces (1 by default, at most 1,000).
   * A server that stores content itself stores the pieces in the byte store of the registry, and then calls
   * `appendPieces` with the `lease` of the ids. The garbage collection deletes pieces that are never added to an upload.
   * @throws InvalidLayerPartException if `first` is given and differs from the number of bytes that are already stored
   */
  planPieces(
    at: Place,
    upload: Upload,
    options?: CallOptions & { readonly first?: number | undefined; readonly pieces?: number },
  ): Promise<UploadStatus & ReservedIds>;
  /**
   * Adds pieces to the end of an upload that are already in the byte store, under ids from `planPieces`. `first` is the
   * position in the blob of their first byte. `options.digest` is the digest of the pieces, if the server has computed it
   * from their bytes. If the pieces are the whole blob, `finishUpload` then does not read them.
   * @throws InvalidLayerPartException if `first` differs from the number of bytes that are already stored
   * @throws ServerException if the ids were reserved so long ago that the garbage collection may have deleted the pieces
   */
  appendPieces(
    at: Place,
    upload: Upload,
    stored: StoredContent,
    options?: CallOptions & { readonly digest?: string | undefined },
  ): Promise<UploadStatus>;
  /** Returns the pieces of a blob in the byte store, for a server that reads content itself. */
  locateBlob(at: Place, digest: string, options?: CallOptions): Promise<LocatedBlob>;
  /** Stores a whole blob in one call, and adds the blob to the repository. */
  putBlob(
    at: Place,
    digest: string,
    content: Content,
    options?: CallOptions,
  ): Promise<{ digest: string; size: number }>;
  /**
   * Returns a manifest. `reference` is a tag or a digest. Listeners of `engine.events` get a `pull` event, unless
   * `pull` is false.
   */
  getManifest(
    at: Place,
    reference: string,
    options?: CallOptions & { readonly pull?: boolean },
  ): Promise<StoredManifest>;
  putManifest(
    at: Place,
    reference: string,
    manifest: PutManifest,
    options?: CallOptions,
  ): Promise<{ digest: string; subject: string | undefined }>;
  /**
   * Removes a tag if `reference` is a tag. Deletes an image with all of its tags if `reference` is a digest.
   *
   * If `rules` is `service`, the rules of BatchDeleteImage of the AWS API apply. An image is then deleted together with
   * its last tag, and an image is not deleted if an image index names it.
   */
  deleteManifest(at: Place, reference: string, options?: CallOptions & { readonly rules?: Rules }): Promise<void>;
  /**
   * Lists the images whose manifests have the digest `subject` as their subject, sorted by the digests of the images.
   * The list is empty if the repository does not exist. `more` is true if further images follow after this page.
   */
  getReferrers(
    at: Place,
    subject: string,
    options?: CallOptions & ReferrersPage,
  ): Promise<{ referrers: Referrer[]; more: boolean }>;
  /**
   * Lists the images whose manifests have the digest `subject` as their subject. Returns the descriptor of each image
   * as JSON text.
   */
  listReferrers(at: Place, subject: string, options?: CallOptions & ReferrersPage): Promise<ReferrersJson>;
  /**
   * Lists the tags of a repository, sorted by name: at most `most` tags, and only tags that sort after `last`. `more`
   * is true if further tags follow.
   */
  getTags(at: Place, options?: CallOptions & NamesPage): Promise<{ tags: string[]; more: boolean }>;
  /**
   * Lists the names of the repositories in the private registry that serves `host`. The list is empty if `host` serves
   * a public registry.
   */
  getRepositories(host: string, options?: CallOptions & NamesPage): Promise<{ repositories: string[]; more: boolean }>;
  /**
   * Checks an authorization token, and returns the data in the token. Returns undefined if this registry did not make
   * the token. Does not check whether the token has expired.
   */
  openToken(token: string): Promise<Authorization | undefined>;
  /**
   * Issues a token that carries an identity and scopes. The token is valid for 15 minutes, or until `grant.until`. Does
   * not check whether the caller has this identity: the server that calls this method has checked it.
   * @returns the token, and the number of seconds until it expires
   */
  grantToken(grant: Grant): Promise<{ token: string; expiresIn: number }>;
  /**
   * Returns the bytes of the logo of a repository. `logo` is the last UUID in the `logoUrl` of the repository. Returns
   * undefined if the logo does not exist.
   */
  getLogo(logo: string): Promise<Uint8Array | undefined>;
}
