import { type CallOptions, hasOperation, RegistryError, randomUuid } from '@coracle/core';
import { logError, type Reveal, revealer } from '../reveal.ts';
import type { ServedEngine } from '../settings.ts';
import { retryAfter, statusOf } from '../statuses.ts';
import { readInput } from './input.ts';
import { bodyLimit } from './limits.ts';
import { writeOutputInTurns } from './output.ts';
import { readTarget } from './target.ts';

/** A request of AWS JSON 1.1, without the HTTP around it. */
export interface AwsJsonRequest {
  /** `X-Amz-Target`: `SpencerFrontendService.PutImage`. */
  readonly target: string | null | undefined;
  /** The body as JSON, or as its bytes in UTF-8. An empty body means `{}`. The bytes are not changed. */
  readonly body: string | Uint8Array;
  /** The caller; by default the engine's own account and region. */
  readonly caller?: CallOptions;
}

/** The response to a request, whether it succeeded or failed. */
export interface AwsJsonAnswer {
  /** 200 for success, 400 if the caller is at fault, 500 if the registry is, 413 if the body is too large. */
  readonly status: number;
  /** The headers by their lower-case names: `content-type`, and a fresh `x-amzn-requestid`. */
  readonly headers: Readonly<Record<string, string>>;
  /** JSON: the operation's output, or `__type`, `message` and the exception's own members. */
  readonly body: string;
}

/** The AWS JSON 1.1 protocol of Amazon ECR Public and Amazon ECR in front of an engine. */
export interface AwsJsonDoor {
  /**
   * Answers a request. It rejects only with a network error that a test has asked for; all other failures are answers.
   */
  answer(request: AwsJsonRequest): Promise<AwsJsonAnswer>;
  /** Makes the answer to a request that failed before its body could be read. */
  refuse(error: unknown): AwsJsonAnswer;
}

/** The one failure for which the AWS protocols have a status of its own ("Common Errors" of both services). */
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

/** The options of `awsJsonDoor`. */
export interface AwsJsonDoorOptions {
  /** The maximum number of bytes of a body, if that is less than the limit of its operation. */
  readonly maxBodyBytes?: number;
  /** Gives the error that a client may see; by default failures are logged with `console.error`. */
  readonly reveal?: Reveal;
}

/**
 * Answers requests of the AWS JSON protocol with an engine.
 * @param engine only `invoke` and `services` are used.
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
    async answer({ target, body, caller }) {
      try {
        const most = bodyLimit(engine.services, target, maxBodyBytes);
        if (body.length > most) throw bodyTooLarge(most, body.length);
        const { service, operation } = readTarget(engine.services, target);
        // An operation that does not exist is refused as such, regardless of its body.
        const input = hasOperation(service, operation) ? readInput(service, operation, body) : undefined;
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
