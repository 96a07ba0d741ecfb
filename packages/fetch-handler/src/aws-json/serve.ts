import { readAtMost } from '../body.ts';
import type { ServedEngine } from '../options.ts';
import { respond } from '../respond.ts';
import { callerOf } from './caller.ts';
import { awsJsonDoor, bodyTooLarge } from './door.ts';

/** Answers `POST /`, the only route of the AWS JSON protocol. */
export function serveAwsJson(
  engine: ServedEngine,
  maxBodyBytes: number,
): (request: Request, url: URL) => Promise<Response> {
  const door = awsJsonDoor(engine);

  async function answer(request: Request, url: URL) {
    let body: Uint8Array;
    try {
      body = await readAtMost(request, {
        most: maxBodyBytes,
        tooLarge: (size) => bodyTooLarge(maxBodyBytes, size),
        room: engine.room,
      });
    } catch (error) {
      return door.refuse(error);
    }
    const { headers } = request;
    const caller = callerOf({
      authorization: headers.get('authorization'),
      credential: url.searchParams.get('X-Amz-Credential'),
      host: url.host,
    });
    return door.answer({ target: headers.get('x-amz-target'), body, caller });
  }

  return async (request, url) => {
    const { status, headers, body } = await answer(request, url);
    return respond(status, headers, body);
  };
}
