import type { EngineBase } from '@coracle/core';
import type { Gate } from './access/gate.ts';
import type { OnError, Reveal } from './reveal.ts';

/** The parts of an engine that a fetch handler needs. */
export type ServedEngine = Pick<
  EngineBase,
  'invoke' | 'services' | 'distribution' | 'checksAccess' | 'accountId' | 'endpoint' | 'limits' | 'room'
> & {
  /**
   * Whether a test currently intercepts calls of the engine. Undefined if the engine does not have the test helpers.
   */
  readonly intercepting?: boolean;
};

/** Makes the gate of a fetch handler: `closed(options)` for closed access. */
export type GateMaker = (engine: ServedEngine) => Gate;

/** The option that says which web pages may call the registry from a browser. */
export interface CorsOptions {
  /**
   * The origins of the pages that may call the registry, such as `https://app.example.com`. `null` stands for pages
   * without an origin, and `'*'` allows every page.
   */
  readonly origins: readonly string[] | '*';
}

/**
 * The name of the registry whose departures from the OCI distribution specification `/v2/` imitates. `'aws'` means
 * Amazon ECR and Amazon ECR Public.
 */
export type Quirks = 'aws';

/** The options of a fetch handler after the check, with the defaults filled in. */
export interface Settings {
  /** Finds out who sent a request. */
  readonly gate: Gate;
  readonly createOnPush: boolean;
  readonly cors: CorsOptions | undefined;
  readonly maxBodyBytes: number;
  readonly onError: OnError;
  readonly reveal: Reveal;
  readonly quirks: Quirks | undefined;
  readonly readOnlyBodies: boolean;
}
