import { type Call, type Client, refused } from './client.ts';
import type { OnEvent } from './events.ts';
import type { Answer } from './exchange.ts';
import { RemoteError } from './failure.ts';
import type { UploadStates } from './upload-states.ts';

/** The result of starting an upload: the address of the upload, or `mounted` if the registry had the blob elsewhere. */
export type Started = 'mounted' | { readonly location: URL; readonly minChunk: number };

export interface StartOptions {
  readonly client: Client;
  readonly repository: string;
  readonly scopes: readonly string[];
}

/** The repository to which blobs are uploaded, and how. */
export interface UploadTarget extends StartOptions {
  /** The maximum size in bytes of the body of one request. */
  readonly chunkSize: number;
  /** Repositories of the registry from which blobs are mounted if possible. */
  readonly mountFrom: readonly string[];
  readonly states: UploadStates;
  readonly onEvent: OnEvent;
  /** Returns whether the repository has a blob. */
  readonly hasBlob: (digest: string) => Promise<boolean>;
}

/**
 * Starts an upload.
 * @param digest the digest of the blob, if it is known
 * @throws RemoteError if the registry refuses the upload
 */
export async function startUpload(options: StartOptions, digest: string | undefined): Promise<Started> {
  const { client, scopes } = options;
  const algorithm =
    digest === undefined || digest.startsWith('sha256:') ? '' : `?digest-algorithm=${digest.split(':')[0]}`;
  const answer = await client.call({ method: 'POST', url: uploadsOf(options, algorithm), scopes });
  const started = startedBy(options, answer);
  if (started !== undefined) return started;
  throw await refused(answer, `start an upload in the repository '${options.repository}'`);
}

/** The maximum number of repositories from which a mount is tried. */
const maxMounts = 3;

/**
 * Tries to mount a blob from other repositories of the registry ("Mounting a blob from another repository"): those that
 * the user names, and those to which the blob was pushed before.
 * @returns undefined if the registry refuses each mount. Otherwise, an upload may have been started instead
 */
export async function mountBlob(
  target: UploadTarget,
  digest: string,
  size: number | undefined,
): Promise<Started | undefined> {
  const known = [...target.mountFrom, ...(await target.states.repositoriesWith(digest))];
  const others = [...new Set(known)].filter((it) => it !== target.repository);
  let started: Started | undefined;
  for (const from of others.slice(0, maxMounts)) {
    if (started !== undefined && started !== 'mounted') await cancelUpload(target, started.location);
    started = await mountFrom(target, digest, from);
    if (started === 'mounted') {
      target.onEvent({ kind: 'mounted', digest, size });
      return started;
    }
  }
  return started;
}

async function mountFrom(options: StartOptions, digest: string, from: string): Promise<Started | undefined> {
  const query = `?mount=${encodeURIComponent(digest)}&from=${encodeURIComponent(from)}`;
  const scopes = [...options.scopes, `repository:${from}:pull`];
  const call: Call = { method: 'POST', url: uploadsOf(options, query), scopes };
  try {
    return startedBy(options, await options.client.call(call));
  } catch (error) {
    // The login may not be valid for the other repository. The blob is then sent.
    if (error instanceof RemoteError && error.kind === 'login') return undefined;
    throw error;
  }
}

/** Cancels an upload. Does not fail if that is not possible, because uploads expire. */
export async function cancelUpload({ client, scopes }: StartOptions, location: URL): Promise<void> {
  const answer = await client.send({ method: 'DELETE', url: location, scopes }).catch(() => undefined);
  answer?.discard();
}

const uploadsOf = ({ client, repository }: StartOptions, query: string): URL =>
  client.at(`/v2/${repository}/blobs/uploads/${query}`);

function startedBy({ client }: StartOptions, answer: Answer): Started | undefined {
  const { status, url } = answer;
  if (status !== 201 && status !== 202) return undefined;
  answer.discard();
  if (status === 201) return 'mounted';
  const location = answer.header('location');
  if (location === undefined) {
    throw new RemoteError(
      'refused',
      `The registry ${url.host} started an upload without saying its address (Location): ask its operator`,
    );
  }
  const minChunk = Number(/^\d{1,12}$/.exec(answer.header('oci-chunk-min-length') ?? '')?.[0] ?? 0);
  return { location: client.resolve(location, url), minChunk };
}
