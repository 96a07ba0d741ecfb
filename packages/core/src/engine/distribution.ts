import type { Algorithm } from '../digest/hasher.ts';
import { type Address, locate, type Rules } from '../distribution/address.ts';
import * as blobs from '../distribution/blobs.ts';
import { getRepositories } from '../distribution/catalog.ts';
import * as manifests from '../distribution/manifests.ts';
import type { NamesPage } from '../distribution/names.ts';
import {
  getReferrers,
  listReferrers,
  type Referrer,
  type ReferrersJson,
  type ReferrersPage,
} from '../distribution/referrers.ts';
import { type Authorization, openToken } from '../domain/authorization.ts';
import type { Context } from '../domain/context.ts';
import type { StoredManifest } from '../domain/images/image.ts';
import type { ReadableLayer } from '../domain/layers/layers.ts';
import type { UploadRef } from '../domain/layers/upload-progress.ts';
import { kindOfHost } from '../domain/registries/addresses.ts';
import { readLogo } from '../domain/repositories/catalog.ts';
import { findRepository } from '../domain/repositories/find.ts';
import type { CallOptions } from '../operations/implementation.ts';
import { bytesOf, type Content, chunksOf } from './content.ts';
import type { Runner } from './runner.ts';

/**
 * An upload: its id, or its id with the `state` that the last answer about it gave. Without the state, a storage whose
 * commits are not atomic may have to list the upload's parts.
 */
export type Upload = string | UploadRef;

const idOf = (upload: Upload) => ({ uploadId: refOf(upload).uploadId });
const refOf = (upload: Upload): UploadRef => (typeof upload === 'string' ? { uploadId: upload } : upload);

/** A manifest, with its media type and with further tags if it is put by its digest. */
export type PutManifest = Omit<manifests.PutManifestInput, 'bytes'> & {
  readonly bytes: string | Uint8Array | ArrayBuffer;
};

/** What clients of the OCI distribution protocol do, on the same repositories and images as both services. */
export interface Distribution {
  /** Which repository `<host>/<path>` means. It need not exist. */
  locate(host: string, path: string, options?: CallOptions): Promise<Address>;
  /** Whether a host is one of AWS's own, and of which kind of registry. */
  kindOfHost(host: string): 'public' | 'private' | undefined;
  /** Creates the repository if it does not exist. */
  ensureRepository(at: Address): Promise<void>;

  getBlob(at: Address, digest: string): Promise<ReadableLayer>;
  /** Takes a blob out of a repository. Images that name it stay as they are. */
  deleteBlob(at: Address, digest: string): Promise<void>;
  /** Gives a repository the blob of another one, without a copy of its content; false where that has none of it. */
  mountBlob(at: Address, digest: string, from: Address): Promise<boolean>;
  /**
   * Starts an upload. `algorithm` is that of the digest which it is going to be finished with; sha256 by default.
   * @throws ThrottlingException if the repository has as many open uploads as `limits.openUploads` says
   */
  startUpload(at: Address, algorithm?: Algorithm): Promise<{ uploadId: string; state?: string }>;
  /** Drops an upload and what it has stored. */
  cancelUpload(at: Address, upload: Upload): Promise<void>;
  /** How many bytes are stored. */
  getUpload(at: Address, upload: Upload): Promise<blobs.UploadStatus>;
  /**
   * Adds content; `first` is the byte it starts with, if the client says it.
   * @throws TypeError if the content is nothing that has bytes
   * @throws InvalidLayerPartException if that is not the next byte, LimitExceededException if the upload has too many parts
   */
  appendToUpload(at: Address, upload: Upload, content: Content, first?: number): Promise<blobs.UploadStatus>;
  /** By the `service`'s rules an upload without content is refused. */
  finishUpload(
    at: Address,
    upload: Upload,
    digest: string,
    content?: Content,
    rules?: Rules,
  ): Promise<{ digest: string; size: number }>;
  /** A blob in one go. */
  putBlob(at: Address, digest: string, content: Content): Promise<{ digest: string; size: number }>;

  /** `reference` is a tag or a digest. */
  getManifest(at: Address, reference: string): Promise<StoredManifest>;
  putManifest(
    at: Address,
    reference: string,
    manifest: PutManifest,
  ): Promise<{ digest: string; subject: string | undefined }>;
  /**
   * Takes a tag away, or deletes an image with all of its tags. By the `service`'s rules, which are BatchDeleteImage's,
   * an image goes with its last tag, and stays while a list names it.
   */
  deleteManifest(at: Address, reference: string, rules?: Rules): Promise<void>;
  /** The images whose subject this is, by digest; none where there is no such image or no such repository. */
  getReferrers(at: Address, subject: string, page?: ReferrersPage): Promise<{ referrers: Referrer[]; more: boolean }>;
  /** The same page as the JSON of its entries, which was made at their push. */
  listReferrers(at: Address, subject: string, page?: ReferrersPage): Promise<ReferrersJson>;
  /** The tags by name: at most `most`, and only those after `last`. */
  getTags(at: Address, page?: NamesPage): Promise<{ tags: string[]; more: boolean }>;
  /** The repositories of the private registry that a host means, by name; none on the host of a public one. */
  getRepositories(
    host: string,
    page?: NamesPage,
    options?: CallOptions,
  ): Promise<{ repositories: string[]; more: boolean }>;

  /** What an authorization token of this registry says; undefined for any other text. */
  openToken(token: string): Promise<Authorization | undefined>;
  /** The bytes behind a `logoUrl`, by the last UUID in it. */
  getLogo(logo: string): Promise<Uint8Array | undefined>;
}

export function distributionOf(
  context: Context,
  runner: Runner,
  createRepository: (at: Address) => Promise<unknown>,
): Distribution {
  const run = <T>(operation: string, input: object, perform: () => Promise<T>): Promise<T> =>
    runner.run({ service: 'distribution', operation, input }, perform);
  return {
    locate: (host, path, options) =>
      run('locate', { host, path }, () => locate(context, runner.callerOf(options), host, path)),
    kindOfHost,
    ensureRepository: (at) =>
      run('ensureRepository', { at }, async () => {
        if (!(await findRepository(context, at.registry, at.name))) await createRepository(at);
      }),
    getBlob: (at, digest) => run('getBlob', { at, digest }, () => blobs.getBlob(context, at, digest)),
    deleteBlob: (at, digest) => run('deleteBlob', { at, digest }, () => blobs.deleteBlob(context, at, digest)),
    mountBlob: (at, digest, from) =>
      run('mountBlob', { at, digest, from }, () => blobs.mountBlob(context, at, digest, from)),
    startUpload: (at, algorithm) =>
      run('startUpload', { at, algorithm }, () => blobs.startBlobUpload(context, at, algorithm)),
    cancelUpload: (at, upload) =>
      run('cancelUpload', { at, ...idOf(upload) }, () => blobs.cancelBlobUpload(context, at, refOf(upload))),
    getUpload: (at, upload) =>
      run('getUpload', { at, ...idOf(upload) }, () => blobs.getUploadStatus(context, at, refOf(upload))),
    appendToUpload: async (at, upload, content, first) => {
      const chunks = chunksOf(content);
      return run('appendToUpload', { at, ...idOf(upload), first }, () =>
        blobs.appendToUpload(context, at, refOf(upload), { content: chunks, first }),
      );
    },
    finishUpload: async (at, upload, digest, content, rules) => {
      const chunks = content === undefined ? undefined : chunksOf(content);
      return run('finishUpload', { at, ...idOf(upload), digest, rules }, () =>
        blobs.finishUpload(context, at, refOf(upload), { digest, content: chunks, rules }),
      );
    },
    putBlob: async (at, digest, content) => {
      const chunks = chunksOf(content);
      return run('putBlob', { at, digest }, () => blobs.putBlob(context, at, digest, chunks));
    },
    getManifest: (at, reference) =>
      run('getManifest', { at, reference }, () => manifests.getManifest(context, at, reference)),
    putManifest: async (at, reference, { bytes, ...rest }) => {
      const manifest = { bytes: bytesOf(bytes), ...rest };
      return run('putManifest', { at, reference, manifest }, () =>
        manifests.putManifest(context, at, reference, manifest),
      );
    },
    deleteManifest: (at, reference, rules) =>
      run('deleteManifest', { at, reference, rules }, () => manifests.deleteManifest(context, at, reference, rules)),
    getReferrers: (at, subject, page) =>
      run('getReferrers', { at, subject, page }, () => getReferrers(context, at, subject, page)),
    listReferrers: (at, subject, page) =>
      run('listReferrers', { at, subject, page }, () => listReferrers(context, at, subject, page)),
    getTags: (at, page) => run('getTags', { at, page }, () => manifests.getTags(context, at, page)),
    getRepositories: (host, page, options) =>
      run('getRepositories', { host, page }, () => getRepositories(context, runner.callerOf(options), host, page)),
    openToken: (token) => run('openToken', {}, () => openToken(context, token)),
    getLogo: (logo) => run('getLogo', { logo }, () => readLogo(context, logo)),
  };
}
