import { type CallOptions, hasOperation, RegistryError, randomUuid } from '@coracle/core';
import { logError, type Reveal, revealer } from '../reveal.ts';
import type { ServedEngine } from '../settings.ts';
import { retryAfter, statusOf } from '../statuses.ts';
import { readInput } from './input.ts';
import { bodyLimit } from './limits.ts';
import { writeOutputInTurns } from './output.ts';
import { readPresignedInput } from './presigned-input.ts';
import { readTarget } from './target.ts';

/** A request of the AWS JSON 1.1 protocol as a plain object, so that no HTTP server is needed. */
export interface AwsJsonRequest {
  /** The value of the `X-Amz-Target` header, which names the operation: `SpencerFrontendService.PutImage`. */
  readonly target: string | null | undefined;
  /**
   * The body as a JSON text, or as the bytes of a JSON text in UTF-8. An empty body means `{}`. The handler never
   * changes the array of bytes.
   */
  readonly body: string | Uint8Array;
  /** The account and region of the caller. The default is the account and region of the engine. */
  readonly caller?: CallOptions;
  /** The query of a presigned URL. If it is given, the input is in the query, and the body is ignored. */
  readonly query?: URLSearchParams | undefined;
}

/** The response of the AWS JSON 1.1 protocol, for a success or an error, as a plain object. */
export interface AwsJsonAnswer {
  /**
   * The HTTP status: 200 for success, 400 if the caller caused the error, 500 or more if the registry failed, 413 if
   * the body is too large.
   */
  readonly status: number;
  /**
   * The response headers, by their lower-case names: `content-type` and a new `x-amzn-requestid`, and `retry-after` if
   * a retry may succeed.
   */
  readonly headers: Readonly<Record<string, string>>;
  /**
   * The body as JSON: the output of the operation, or, after an error, `__type`, `message` and the other members of the
   * exception.
   */
  readonly body: string;
}

/**
 * A handler that answers requests of the AWS JSON 1.1 protocol without HTTP. Amazon ECR Public and Amazon ECR use this
 * protocol.
 */
export interface AwsJsonDoor {
  /**
   * Returns the answer to a request. If the operation fails, the answer contains the error. The promise rejects only
   * with a network error that a test has requested with `intercept`.
   */
  answer(request: AwsJsonRequest): Promise<AwsJsonAnswer>;
  /** Returns the error answer to a request whose body could not be read. */
  refuse(error: unknown): AwsJsonAnswer;
}

/**
 * The name of the exception for a request body that is too large. Its HTTP status is 413 (API references of Amazon ECR
 * Public and Amazon ECR, "Common Errors"). All other errors that the caller caused have the status 400.
 */
const tooLarge = 'RequestEntityTooLargeException';

export const bodyTooLarge = (most: number, size: number | undefined): RegistryError =>
  new RegistryError(
    tooLarge,
    `A request may have at most ${most} bytes; this request has ${size === undefined ? 'more' : String(size)}`,
    'SIZE_INVALID',
  );

function awsStatusOf(error: RegistryError): number {
  if (error.name === tooLarge) return 413;
  return error.fault === 'server' ? Math.max(500, statusOf(error)) : 400;
}

/** The options of `awsJsonDoor`, which makes a handler for requests of the AWS JSON 1.1 protocol. */
export interface AwsJsonDoorOptions {
  /**
   * The maximum size of a request body, in bytes. Each operation also has a limit of its own, which this option cannot
   * raise. Unlimited by default.
   */
  readonly maxBodyBytes?: number;
  /**
   * Returns the error that a client may see for a given error. By default failures of the registry are logged with
   * `console.error`, and the client gets only the id of the failure.
   */
  readonly reveal?: Reveal;
}

/**
 * Makes a handler that answers requests of the AWS JSON 1.1 protocol with an engine, without HTTP.
 * @param engine an engine, of which only `invoke` and `services` are used
 */
export function awsJsonDoor(
  engine: Pick<ServedEngine, 'invoke' | 'services'>,
  { maxBodyBytes = Number.POSITIVE_INFINITY, reveal = revealer(logError) }: AwsJsonDoorOptions = {},
): AwsJsonDoor {
  const refuse = (error: unknown): AwsJsonAnswer => {
    const shown = reveal(error);
    const { name, message, members } = shown;
    return reply(
      awsStatusOf(shown),
      JSON.stringify({ __type: name, message, ...members }),
      retryAfter(statusOf(shown)),
    );
  };

  return {
    async answer({ target, body, caller, query }) {
      try {
        const most = bodyLimit(engine.services, target, maxBodyBytes);
        if (body.length > most) throw bodyTooLarge(most, body.length);
        const { service, operation } = readTarget(engine.services, target);
        // An operation that does not exist is refused as such, regardless of its body.
        const read = () =>
          query === undefined ? readInput(service, operation, body) : readPresignedInput(service, operation, query);
        const input = hasOperation(service, operation) ? read() : undefined;
        const output = await engine.invoke(service.name, operation, input, { ...caller, handsOver: true });
        return reply(200, await writeOutputInTurns(output));
      } catch (error) {
        return refuse(error);
      }
    },
    refuse,
  };
}

export const contentType = 'application/x-amz-json-1.1';

const reply = (status: number, body: string, headers: Readonly<Record<string, string>> = {}): AwsJsonAnswer => ({
  status,
  headers: { 'content-type': contentType, 'x-amzn-requestid': randomUuid(), ...headers },
  body,
});
