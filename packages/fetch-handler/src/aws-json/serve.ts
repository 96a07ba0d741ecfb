import { countAgainst, readAtMost } from '../body.ts';
import { respond } from '../respond.ts';
import type { ServedEngine, Settings } from '../settings.ts';
import { awsJsonDoor, bodyTooLarge } from './door.ts';
import { bodyLimit } from './limits.ts';
import { readTarget } from './target.ts';

/** Returns a function that answers `POST /`, the only route of the AWS JSON protocol. */
export function serveAwsJson(
  engine: ServedEngine,
  { gate, maxBodyBytes, reveal }: Settings,
): (request: Request, url: URL) => Promise<Response> {
  const door = awsJsonDoor(engine, { maxBodyBytes, reveal });

  async function answer(request: Request, url: URL) {
    const target = request.headers.get('x-amz-target');
    const most = bodyLimit(engine.services, target, maxBodyBytes);
    try {
      const { service } = readTarget(engine.services, target);
      const signed = await gate.signerOf(request, url, service.name);
      const tooLarge = (size: number | undefined) => bodyTooLarge(most, size);
      const body = await readAtMost(request, { most, tooLarge, room: signed.room });
      const caller = await signed.callerOf(body);
      await countAgainst(request, engine.room);
      const query = signed.isPresigned && body.length === 0 ? url.searchParams : undefined;
      return await door.answer({ target, body, caller, query });
    } catch (error) {
      return door.refuse(error);
    }
  }

  return async (request, url) => {
    const { status, headers, body } = await answer(request, url);
    return respond(status, headers, body);
  };
}
