import type { EngineBase } from '@coracle/core';
import type { OnError, Reveal } from './reveal.ts';

/** What a fetch handler needs of an engine. */
export type ServedEngine = Pick<EngineBase, 'invoke' | 'services' | 'distribution' | 'endpoint' | 'limits' | 'room'> & {
  /** Whether a test intercepts calls; an engine without test helpers does not say. */
  readonly intercepting?: boolean;
};

/** Which pages of other origins may use the registry from a browser. */
export interface CorsOptions {
  /** Origins such as `https://app.example.com`, `null` for pages without one, or `'*'` for every page. */
  readonly origins: readonly string[] | '*';
}

/** Whose behaviour `/v2/` has when ECR's own front departs from the OCI distribution specification. */
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
