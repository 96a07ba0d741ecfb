import type { EngineBase } from '@coracle/core';
import type { OnError, Reveal } from './reveal.ts';

/** The parts of an engine that a fetch handler needs. */
export type ServedEngine = Pick<EngineBase, 'invoke' | 'services' | 'distribution' | 'endpoint' | 'limits' | 'room'> & {
  /** Whether a test intercepts calls; undefined in an engine without test helpers. */
  readonly intercepting?: boolean;
};

/** The pages of other origins that may use the registry from a browser. */
export interface CorsOptions {
  /** Origins such as `https://app.example.com`, `null` for pages without an origin, or `'*'` for every page. */
  readonly origins: readonly string[] | '*';
}

/** The registry whose behaviour `/v2/` has when that registry departs from the OCI distribution specification. */
export type Quirks = 'aws';

/** The options of a fetch handler with their defaults. */
export interface Settings {
  readonly createOnPush: boolean;
  readonly cors: CorsOptions | undefined;
  readonly maxBodyBytes: number;
  readonly onError: OnError;
  readonly reveal: Reveal;
  readonly quirks: Quirks | undefined;
  readonly readOnlyBodies: boolean;
}
