import {
  createEngine,
  type Engine,
  type EngineOptions,
  ecrPublic,
  ecr as ecrService,
  repositoryPolicies,
} from '@coracle/core';
import { type BuiltImage, type TestHelpers, withTestHelpers } from '@coracle/core/testing';
import { memoryStorage } from '@coracle/storage-memory';
import { createFetchHandler, type FetchHandlerOptions } from '../src/index.ts';

export const origin = 'http://localhost:4747';

export interface Served {
  readonly engine: Engine & TestHelpers;
  /** A path is one of `origin`; Node wants `duplex` for a stream, and everyone may have it. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** A call of ECR Public, or of the service whose target prefix is given. */
  call(operation: string, input?: unknown, headers?: Record<string, string>): Promise<Response>;
}

/** An engine in memory behind a fetch handler. */
export function served(
  options: FetchHandlerOptions = {},
  engineOptions: Partial<Omit<EngineOptions, 'services'>> = {},
  storage = memoryStorage(),
): Served {
  const engine = withTestHelpers(
    createEngine({ storage, access: repositoryPolicies, ...engineOptions, services: [ecrPublic, ecrService] }),
  );
  const handler = createFetchHandler(engine, options);
  const fetch: Served['fetch'] = (path, init) => handler(requestTo(path, init));
  return {
    engine,
    fetch,
    call: (operation, input, headers) =>
      fetch('/', {
        method: 'POST',
        headers: {
          'x-amz-target': operation.includes('.') ? operation : `SpencerFrontendService.${operation}`,
          'content-type': 'application/x-amz-json-1.1',
          ...headers,
        },
        body:
          typeof input === 'string' || input instanceof Uint8Array ? (input as BodyInit) : JSON.stringify(input ?? {}),
      }),
  };
}

export const requestTo = (path: string, init: RequestInit = {}): Request =>
  new Request(new URL(path, origin), { ...init, duplex: 'half' } as RequestInit);

/** Headers of every answer, of those of `/v2/`, and of those with what clients have stored. */
export const everyAnswer = { 'cross-origin-resource-policy': 'same-origin', 'x-content-type-options': 'nosniff' };
export const ofV2 = { ...everyAnswer, 'docker-distribution-api-version': 'registry/2.0' };
export const ofContent = { ...ofV2, 'content-security-policy': "default-src 'none'; sandbox" };

export const ecr = (operation: string): string => `AmazonEC2ContainerRegistry_V20150921.${operation}`;

export const bytesOf = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

export async function sha256(bytes: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>);
  return `sha256:${[...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

export interface Watched {
  readonly stream: ReadableStream<Uint8Array>;
  /** How many chunks were asked for. */
  readonly pulled: number;
  readonly cancelled: boolean;
}

/**
 * Makes a body that counts the reads of its source and notes its cancellation. If `chunk` throws, the body breaks off.
 * If it returns undefined, the body ends.
 */
export function watched(chunk: (i: number) => Uint8Array | undefined): Watched {
  const seen = { pulled: 0, cancelled: false };
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const next = chunk(seen.pulled++);
        if (next === undefined) controller.close();
        else controller.enqueue(next);
      },
      cancel() {
        seen.cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return Object.assign(seen, { stream });
}

export const header = (response: Response, name: string): string | null => response.headers.get(name);

/** Status, code and message of an answer of `/v2/` that refuses. */
export async function refused(response: Response): Promise<{ status: number; code: string; message: string }> {
  const { errors } = (await response.json()) as { errors: { code: string; message: string }[] };
  const [error] = errors;
  if (!error || errors.length !== 1) throw new Error('an answer that refuses has one error');
  return { status: response.status, code: error.code, message: error.message };
}

/** Pushes an image through `/v2/` as clients do: blobs in one request each, then the manifest. */
export async function pushed(
  fetch: Served['fetch'],
  name: string,
  reference: string,
  image: BuiltImage,
  headers: Record<string, string> = {},
): Promise<Response> {
  for (const { digest, bytes } of image.blobs) {
    const response = await fetch(`/v2/${name}/blobs/uploads/?digest=${digest}`, {
      method: 'POST',
      headers,
      body: bytes as Uint8Array<ArrayBuffer>,
    });
    if (response.status !== 201) return response;
  }
  return fetch(`/v2/${name}/manifests/${reference}`, {
    method: 'PUT',
    headers: { 'content-type': image.mediaType, ...headers },
    body: image.manifest,
  });
}
