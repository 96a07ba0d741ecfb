import type { EngineBase } from '@coracle/core';
import type { ObjectSettings } from './messages.ts';

/** The members of Cloudflare's `DurableObjectState` that garbage collection uses. */
export interface AlarmState {
  readonly storage: {
    getAlarm(): Promise<number | null>;
    setAlarm(time: number): Promise<void>;
    put(key: string, value: unknown): Promise<void>;
    get(key: string): Promise<unknown>;
  };
}

const hour = 60 * 60 * 1000;
/** The time between two garbage collections, in milliseconds. */
const period = 6 * hour;
/** The time after the last call in which garbage is collected, in milliseconds. Everything unused is gone by then. */
const untilClean = 72 * hour;
/** The minimum age of unused data that is deleted, in milliseconds; 24 hours for layers that no image mentions. */
const graces = { grace: hour, layerGrace: 24 * hour };

/** The record of the object that says until when garbage is collected, and with which settings of the engine. */
interface Planned {
  readonly until: number;
  /** Without the secret of tokens, which garbage collection does not need. */
  readonly settings: Omit<ObjectSettings, 'secret'>;
}

const key = 'collecting';

/**
 * Collects the garbage of a registry by the alarm of its object: every 6 hours, until 72 hours after the last call. An
 * object that nobody calls sets no alarm, and costs nothing.
 */
export class Collecting {
  readonly #storage: AlarmState['storage'];
  /** The time until which the alarm is known to go on. */
  #planned = 0;

  constructor({ storage }: AlarmState) {
    this.#storage = storage;
  }

  /** Sets the alarm if it is not set. This takes a write of the object at most once in a period. */
  async plan(settings: Planned['settings']): Promise<void> {
    const now = Date.now();
    if (now < this.#planned) return;
    this.#planned = now + period;
    const planned: Planned = { until: now + untilClean, settings };
    await this.#storage.put(key, planned);
    if ((await this.#storage.getAlarm()) === null) await this.#storage.setAlarm(now + period);
  }

  async run(engineWith: (settings: Planned['settings']) => Pick<EngineBase, 'collectGarbage'>): Promise<void> {
    const planned = (await this.#storage.get(key)) as Planned | undefined;
    if (!planned) return;
    const now = Date.now();
    // The next alarm is set first, so that it comes even if the collection fails.
    if (now < planned.until) await this.#storage.setAlarm(now + period);
    await engineWith(planned.settings).collectGarbage(graces);
  }
}
