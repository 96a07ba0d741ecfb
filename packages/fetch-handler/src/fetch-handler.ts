import { awsJson } from './aws-json/face.ts';
import { home } from './home.ts';
import { logos } from './logo.ts';
import type { FetchHandlerOptions } from './options.ts';
import { type FetchHandler, serveFaces } from './serve-faces.ts';
import type { ServedEngine } from './settings.ts';
import { v2 } from './v2/face.ts';

/**
 * Serves an engine: AWS JSON 1.1 of its services at `POST /`, the OCI distribution protocol at `/v2/`, its tokens at
 * `/token`, and logos at `/logo/`. Access is open: any credential is accepted, and none is needed.
 *
 * `faces` says which of these are served. A bundle contains all of them, because all are served by default.
 * `serveFaces` is the same without a default.
 * @throws TypeError if an option is invalid
 */
export const createFetchHandler = (engine: ServedEngine, options: FetchHandlerOptions = {}): FetchHandler =>
  serveFaces(engine, { ...options, faces: options.faces ?? [awsJson(), v2(), logos(), home()] });
