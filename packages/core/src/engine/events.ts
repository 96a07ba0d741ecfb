import type { Announce, EventType, RegistryEvent } from '../domain/events.ts';

/** The events of a type, or all events. */
export type EventOf<T extends EventType | '*'> = T extends '*' ? RegistryEvent : Extract<RegistryEvent, { type: T }>;

/** Announces what calls of this engine have changed and read. */
export interface Events {
  /**
   * Calls the listener at each event of a type, or with `'*'` at each event: `events.on('push', ({ tags }) => …)`.
   * Listeners are called when the storage has confirmed the commit, in the order of these confirmations, and before the
   * call returns. A promise that a listener returns is not awaited. An error of a listener fails no call: it becomes an
   * uncaught error of the process or the page.
   * @returns a function that removes the listener
   * @throws TypeError if the type of events does not exist, or the listener is not a function
   */
  on<T extends EventType | '*'>(type: T, listener: (event: EventOf<T>) => void): () => void;
}

const types: readonly string[] = ['push', 'pull', 'delete', 'createRepository', 'deleteRepository', '*'] satisfies (
  | EventType
  | '*'
)[];

interface Listening {
  readonly type: string;
  readonly call: (event: RegistryEvent) => void;
}

/** Makes the events of an engine, and the function that announces them. */
export function eventsWith(clock: () => number): { readonly events: Events; readonly announce: Announce } {
  let all: readonly Listening[] = [];
  return {
    events: {
      on: (type, listener) => {
        if (!types.includes(type)) throw new TypeError(`Unknown event '${type}'. Use one of: ${types.join(', ')}`);
        if (typeof listener !== 'function')
          throw new TypeError(`The listener of events.on() must be a function, not ${String(listener)}`);
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
        // All listeners get this one.
        const event: RegistryEvent = Object.freeze(members);
        for (const one of listening) {
          // A listener may remove the ones behind it.
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
    // The call that is announced has succeeded. Every platform reports what is thrown outside of it.
    queueMicrotask(() => {
      throw error;
    });
  }
}
