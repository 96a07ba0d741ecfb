import { readAtMost } from '../body.ts';
import { respond } from '../respond.ts';
import type { ServedEngine, Settings } from '../settings.ts';
import { callerOf } from './caller.ts';
import { awsJsonDoor, bodyTooLarge } from './door.ts';
import { bodyLimit } from './limits.ts';

/** Returns a function that answers `POST /`, the only route of the AWS JSON protocol. */
export function serveAwsJson(
  engine: ServedEngine,
  { maxBodyBytes, reveal }: Settings,
): (request: Request, url: URL) => Promise<Response> {
  const door = awsJsonDoor(engine, { maxBodyBytes, reveal });

  async function answer(request: Request, url: URL) {
    const { headers } = request;
    const target = headers.get('x-amz-target');
    const most = bodyLimit(engine.services, target, maxBodyBytes);
    let body: Uint8Array;
    try {
      body = await readAtMost(request, { most, tooLarge: (size) => bodyTooLarge(most, size), room: engine.room });
    } catch (error) {
      return door.refuse(error);
    }
    const caller = callerOf({
      authorization: headers.get('authorization'),
      credential: url.searchParams.get('X-Amz-Credential'),
      host: url.host,
    });
    return door.answer({ target, body, caller });
  }

  return async (request, url) => {
    const { status, headers, body } = await answer(request, url);
    return respond(status, headers, body);
  };
}
