import { createHash } from 'node:crypto';
import { RegistryError } from '@coracle/registry/core';
import { type Client, refused } from './client.ts';
import type { OnEvent } from './events.ts';
import type { Answer } from './exchange.ts';
import { RemoteError, RetriableError } from './failure.ts';

/** A repository of a registry on the network. */
export interface RepositoryAt {
  readonly client: Client;
  readonly repository: string;
  readonly scopes: readonly string[];
  readonly onEvent: OnEvent;
}

const urlOf = ({ client, repository }: RepositoryAt, digest: string): URL =>
  client.at(`/v2/${repository}/blobs/${digest}`);

/** Creates the error by which `importImage()` knows that a blob must be sent. */
export const blobUnknown = (repository: string, digest: string): RegistryError =>
  new RegistryError(
    'LayersNotFoundException',
    `The repository '${repository}' does not have the blob ${digest}`,
    'BLOB_UNKNOWN',
  );

/**
 * Asks whether a repository has a blob. Returns the size of the blob in bytes, or undefined if it does not exist.
 * @throws RemoteError if the registry refuses the question
 */
export async function checkBlob(
  at: RepositoryAt,
  digest: string,
): Promise<{ digest: string; size: number } | undefined> {
  const answer = await at.client.call({ method: 'HEAD', url: urlOf(at, digest), scopes: at.scopes });
  answer.discard();
  if (answer.status === 404) return undefined;
  if (answer.status !== 200) throw await refused(answer, `say whether it has the blob ${digest}`);
  const size = lengthOf(answer);
  if (size !== undefined) return { digest, size };
  throw new RemoteError(
    'refused',
    `The registry ${answer.url.host} does not say how large the blob ${digest} is (Content-Length): ask its operator`,
  );
}

function lengthOf(answer: Answer): number | undefined {
  const header = answer.header('content-length') ?? '';
  return /^\d{1,15}$/.test(header) ? Number(header) : undefined;
}

/**
 * Reads a blob, and checks its digest and size. If the connection breaks, the blob is read on from the same byte.
 * @param expected the size in bytes that the registry stated before, if it did
 * @throws RemoteError if the content does not have the digest or the size, or if the registry does not give it
 */
export async function* readBlob(
  at: RepositoryAt,
  digest: string,
  expected?: number | undefined,
): AsyncGenerator<Uint8Array> {
  const [algorithm = 'sha256', hex] = digest.split(':');
  const hash = createHash(algorithm);
  const retries = at.client.retries();
  let bytes = 0;
  let size = expected;
  for (let isWhole = false; !isWhole; ) {
    try {
      const opened = await openBlob(at, digest, bytes);
      size ??= opened.size;
      for await (const part of opened.body) {
        hash.update(part);
        bytes += part.length;
        if (size !== undefined && bytes > size) throw damaged(at, digest, `more than ${size} bytes`);
        retries.progress();
        yield part;
        at.onEvent({ kind: 'moved', digest, bytes, size });
      }
      if (size !== undefined && bytes < size) throw new RetriableError(`The blob ${digest} ended after ${bytes} bytes`);
      isWhole = true;
    } catch (error) {
      // The connection may break after the last byte, and a registry has nothing to answer to a request for more.
      isWhole = bytes > 0 && bytes === size;
      if (!isWhole) await retries.after(error);
    }
  }
  if (hash.digest('hex') !== hex) throw damaged(at, digest, 'another digest');
  at.onEvent({ kind: 'done', digest, size: bytes });
}

interface OpenedBlob {
  /** The size of the whole blob, if the registry says it. */
  readonly size: number | undefined;
  /** The content from the requested byte on. */
  readonly body: AsyncIterable<Uint8Array>;
}

async function openBlob(at: RepositoryAt, digest: string, start: number): Promise<OpenedBlob> {
  const headers = start === 0 ? {} : { range: `bytes=${start}-` };
  const answer = await at.client.send({ method: 'GET', url: urlOf(at, digest), scopes: at.scopes, headers });
  const { status, body } = answer;
  if (status === 200) return { size: lengthOf(answer), body: start === 0 ? body : skipped(body, start) };
  if (status !== 206 || start === 0) throw await refused(answer, `give the blob ${digest}`);
  const [, first, size] = /^bytes (\d{1,15})-\d{1,15}\/(\d{1,15}|\*)$/.exec(answer.header('content-range') ?? '') ?? [];
  if (Number(first) === start) return { size: size === '*' ? undefined : Number(size), body };
  answer.discard();
  throw new RemoteError(
    'refused',
    `The registry ${answer.url.host} gives other bytes of the blob ${digest} than it was asked for: ask its operator`,
  );
}

/** Leaves out the first bytes, because not every server answers a Range header. */
async function* skipped(chunks: AsyncIterable<Uint8Array>, count: number): AsyncGenerator<Uint8Array> {
  let left = count;
  for await (const bytes of chunks) {
    if (left < bytes.length) yield bytes.subarray(left);
    left = Math.max(0, left - bytes.length);
  }
}

const damaged = ({ client, repository }: RepositoryAt, digest: string, found: string): RemoteError =>
  new RemoteError(
    'refused',
    `The registry ${new URL(client.home.origin).host} gave ${found} for the blob ${digest} of '${repository}'. Do not use the image; push it again, or ask the operator of the registry`,
  );
