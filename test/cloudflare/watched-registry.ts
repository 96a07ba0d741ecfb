import {
  Response as Answer,
  Miniflare,
  type MiniflareOptions,
  type SharedOptions,
  type WorkerOptions,
} from 'miniflare';
import { bundled } from '../workers/bundle.ts';
import { compatibilityDate } from '../workers/workerd.ts';
import { clientOf, login, type Send } from './client.ts';

/** Says what happens to a step: it goes on, the bucket fails, or the object is aborted. */
type Order = 'fail' | 'abort' | undefined;

/**
 * A registry that tells the test of each call of its object and of each operation of its bucket, in whichever isolate:
 * `getManifest` and `after getManifest`, `put` and `after put`.
 */
export class WatchedRegistry {
  readonly send: Send = clientOf(() => this.url);
  readonly worker: Miniflare;
  readonly url: URL;
  readonly #steps: Step[];
  readonly #plans: Plans;

  /** Starts a registry with one Worker. Its object is in the same isolate. */
  static start(options: Partial<WorkerOptions & SharedOptions> = {}): Promise<WatchedRegistry> {
    return WatchedRegistry.#start((worker) => ({ ...worker, ...options }));
  }

  /** Starts a registry with several Workers, each with an isolate of its own. Its object is in yet another isolate. */
  static startApart(names: readonly string[]): Promise<WatchedRegistry> {
    return WatchedRegistry.#start((home) => {
      const REGISTRY = { className: 'WatchedRegistry', useSQLite: true, scriptName: 'home' };
      const apart = { ...home, durableObjects: { REGISTRY }, unsafeDirectSockets: [{}] };
      return { workers: [{ ...home, name: 'home' }, ...names.map((name) => ({ ...apart, name }))] };
    });
  }

  static async #start(optionsFor: (worker: Partial<WorkerOptions>) => object): Promise<WatchedRegistry> {
    const steps: Step[] = [];
    const plans: Plans = new Map();
    const told = async ({ url }: { readonly url: string }): Promise<Answer> => {
      const [, step = '', of, key = ''] = new URL(url).pathname.split('/').map(decodeURIComponent);
      steps.push({ step, isOperation: of === 'bucket' });
      const plan = plans.get(step);
      return new Answer(await plan?.order(plan.seen++, key));
    };
    const options = optionsFor({
      modules: true,
      script: await bundled(new URL('watched-worker.ts', import.meta.url)),
      compatibilityDate,
      bindings: login,
      r2Buckets: { PIECES: 'pieces' },
      durableObjects: { REGISTRY: { className: 'WatchedRegistry', useSQLite: true } },
      serviceBindings: { TEST: told },
    });
    const worker = new Miniflare({ ...options, cf: false } as MiniflareOptions);
    return new WatchedRegistry({ worker, url: await worker.ready, steps, plans });
  }

  private constructor({ worker, url, steps, plans }: Parts) {
    this.worker = worker;
    this.url = url;
    this.#steps = steps;
    this.#plans = plans;
  }

  /** Returns the calls of the object and the operations of the bucket since the last call. */
  steps(): { calls: string[]; operations: string[] } {
    const steps = this.#steps.splice(0).filter(({ step }) => !step.startsWith('after '));
    const namesOf = (wanted: boolean) => steps.flatMap((one) => (one.isOperation === wanted ? [one.step] : []));
    return { calls: namesOf(false), operations: namesOf(true) };
  }

  /** Says what happens at each step of a name from now on. */
  at(step: string, order: OrderAt): void {
    this.#plans.set(step, { order, seen: 0 });
  }

  /** Says what happens at the next step of a name. The steps of this name after it go on. */
  next(step: string, order: () => ReturnType<OrderAt>): void {
    this.at(step, (before) => (before === 0 ? order() : undefined));
  }

  /** Lets the hours pass, and runs the alarm of the object. */
  async collect(hours: number): Promise<void> {
    const collected = await fetch(new URL(`/collect?hours=${hours}`, this.url));
    if (collected.status !== 204) throw new Error(await collected.text());
  }

  /** Returns the sizes of all pieces in the bucket, in order. */
  async pieces(): Promise<number[]> {
    const { objects } = await (await this.worker.getR2Bucket('PIECES')).list();
    return objects.map(({ size }) => size).sort((one, other) => one - other);
  }
}

interface Step {
  readonly step: string;
  readonly isOperation: boolean;
}

/**
 * @param before the number of steps of this name that came before
 * @param key the key of the bucket, if the step is an operation of the bucket
 */
type OrderAt = (before: number, key: string) => Promise<Order> | Order;

type Plans = Map<string, { readonly order: OrderAt; seen: number }>;

interface Parts extends Pick<WatchedRegistry, 'worker' | 'url'> {
  readonly steps: Step[];
  readonly plans: Plans;
}
