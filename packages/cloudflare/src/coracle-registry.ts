import { DurableObject } from 'cloudflare:workers';
import { createEngine, type Engine, ecr, ecrPublic, repositoryPolicies } from '@coracle/core';
import { logError, revealer } from '@coracle/fetch-handler';
import { type ObjectState, type PiecesBucket, piecesOf, sqliteRecords } from '@coracle/storage-durable-object';
import { type AlarmState, Collecting } from './collecting.ts';
import { maxBufferedBytes } from './memory.ts';
import { type CallMessage, failureMessage, type ObjectSettings, type ResultMessage } from './messages.ts';
import { remoteMethods } from './methods.ts';

const reveal = revealer(logError);

/** The maximum number of engines that an object keeps. Each engine may hold `maxBufferedBytes` of memory. */
const mostEngines = 2;

type State = ObjectState & AlarmState;

/**
 * The Durable Object that is a registry: the engine runs in it, its records are in the object's own SQLite database, and
 * its content is in a bucket. A Worker must export this class. Only `registryWorker()` needs to call its methods.
 */
export class CoracleRegistry extends DurableObject {
  readonly #state: State;
  readonly #env: Readonly<Record<string, unknown>>;
  readonly #collecting: Collecting;
  readonly #engines = new Map<string, Engine>();

  constructor(ctx: State, env: Readonly<Record<string, unknown>>) {
    super(ctx, env);
    this.#state = ctx;
    this.#env = env;
    this.#collecting = new Collecting(ctx);
  }

  /** Calls a method of the engine. Returns its failure as data. */
  async call({ settings, method, args }: CallMessage): Promise<ResultMessage> {
    try {
      const engine = this.#engineWith(settings);
      const value = await perform(engine, method, args);
      const { secret: _, ...kept } = settings;
      // Strangers can have tokens opened, and must not make the object write.
      if (method !== 'openToken') await this.#collecting.plan(kept);
      return { value };
    } catch (error) {
      return { failure: failureMessage(reveal(error)) };
    }
  }

  /** Collects garbage. The runtime calls this method at the time that `plan` has set. */
  async alarm(): Promise<void> {
    await this.#collecting.run((settings) => this.#engineWith(settings));
  }

  /** Returns the engine with these settings. The settings differ only in the endpoint, if the Worker has several hosts. */
  #engineWith(settings: ObjectSettings): Engine {
    const text = JSON.stringify(settings);
    const known = this.#engines.get(text);
    if (known) return known;
    const { pieces, ...options } = settings;
    // The Worker has checked the binding.
    const bytes = piecesOf(this.#env[pieces] as PiecesBucket);
    const storage = { records: sqliteRecords(this.#state.storage), bytes };
    const services = [ecrPublic, ecr];
    const engine = createEngine({ ...options, maxBufferedBytes, storage, services, access: repositoryPolicies });
    if (this.#engines.size >= mostEngines) this.#engines.clear();
    this.#engines.set(text, engine);
    return engine;
  }
}

async function perform(engine: Engine, method: string, args: readonly unknown[]): Promise<unknown> {
  if (method === 'invoke') return engine.invoke(...(args as Parameters<Engine['invoke']>));
  const name = remoteMethods.find((one) => one === method);
  if (name === undefined) throw new TypeError(`CoracleRegistry has no method '${method}'`);
  return (engine.distribution[name] as (...given: readonly unknown[]) => Promise<unknown>)(...args);
}
