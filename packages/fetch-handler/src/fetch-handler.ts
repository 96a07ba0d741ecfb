import { closed } from './access/closed-gate.ts';
import { awsJson } from './aws-json/face.ts';
import { home } from './home.ts';
import { logos } from './logo.ts';
import type { FetchHandlerOptions } from './options.ts';
import { type FetchHandler, serveFaces } from './serve-faces.ts';
import type { ServedEngine } from './settings.ts';
import { v2 } from './v2/face.ts';

/**
 * Makes a function from Request to Response that serves an engine: AWS JSON 1.1 of its services at `POST /`, the OCI
 * distribution protocol at `/v2/`, tokens for `/v2/` at `/token`, the logos of repositories at `/logo/`, and a home
 * page at `GET /`. Access is open unless the option `access` closes it.
 *
 * The option `faces` selects the protocol handlers. A bundle contains the code of all protocol handlers even if `faces`
 * leaves some out. Use `serveFaces` for a bundle with only some protocol handlers.
 * @throws TypeError if an option is invalid
 */
export function createFetchHandler(engine: ServedEngine, options: FetchHandlerOptions = {}): FetchHandler {
  const { access = 'open', faces = [awsJson(), v2(), logos(), home()], ...more } = options;
  return serveFaces(engine, { ...more, faces, access: access === 'open' ? access : closed(access) });
}
