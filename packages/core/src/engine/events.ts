import type { Announce, EventType, RegistryEvent } from '../domain/events.ts';

/**
 * The type of the events whose `type` is `T`. `EventOf<'push'>` is the event of a push, and `EventOf<'*'>` is any
 * event.
 */
export type EventOf<T extends EventType | '*'> = T extends '*' ? RegistryEvent : Extract<RegistryEvent, { type: T }>;

/**
 * Calls listeners when a call of this engine has pushed, pulled or deleted an image, or has created or deleted a
 * repository.
 */
export interface Events {
  /**
   * Calls `listener` for each event with the given type: `events.on('push', ({ tags }) => …)`. If the type is `'*'`,
   * calls `listener` for every event.
   *
   * The engine calls a listener after the storage has confirmed the commit of a change, and before the method of the
   * engine returns. Listeners get events in the order in which the storage has confirmed the commits. If a listener
   * returns a promise, the engine does not wait for the promise. If a listener throws an error, the method of the
   * engine does not fail, and the error becomes an uncaught error of the process or the page.
   * @returns a function that removes the listener
   * @throws TypeError if no events have the given type, or if `listener` is not a function
   */
  on<T extends EventType | '*'>(type: T, listener: (event: EventOf<T>) => void): () => void;
}

const types: readonly string[] = ['push', 'pull', 'delete', 'createRepository', 'deleteRepository', '*'] satisfies (
  | EventType
  | '*'
)[];

/**
 * Checks the arguments of `events.on()`.
 * @throws TypeError if no events have the given type, or if `listener` is not a function
 */
export function checkListener(type: string, listener: unknown): void {
  if (!types.includes(type)) throw new TypeError(`Unknown event '${type}'. Use one of: ${types.join(', ')}`);
  if (typeof listener !== 'function') {
    throw new TypeError(`The listener of events.on() must be a function, not ${String(listener)}`);
  }
}

interface Listening {
  readonly type: string;
  readonly call: (event: RegistryEvent) => void;
}

/** Creates `engine.events`, and the function `announce`, which sends an event to the listeners. */
export function eventsWith(clock: () => number): { readonly events: Events; readonly announce: Announce } {
  let all: readonly Listening[] = [];
  return {
    events: {
      on: (type, listener) => {
        checkListener(type, listener);
        const one = { type, call: listener as Listening['call'] };
        all = [...all, one];
        return () => {
          all = all.filter((other) => other !== one);
        };
      },
    },
    announce: ({ repositoryName, registry }, what) => {
      const listening = all.filter(({ type }) => type === '*' || type === what.type);
      if (listening.length === 0) return;
      safely(() => {
        const { kind, accountId, region } = registry;
        const time = new Date(clock());
        const members = { ...what, time, registry: kind, accountId, region, repositoryName };
        // All listeners get the same object.
        const event: RegistryEvent = Object.freeze(members);
        for (const one of listening) {
          // A listener may remove listeners that come after it.
          if (all.includes(one)) safely(() => one.call(event));
        }
      });
    },
  };
}

function safely(run: () => void): void {
  try {
    run();
  } catch (error) {
    // The call has already succeeded, so it must not fail. Every platform reports an error that is thrown here.
    queueMicrotask(() => {
      throw error;
    });
  }
}
