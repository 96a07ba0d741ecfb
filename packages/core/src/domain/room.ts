import { busy } from '../errors.ts';

interface Waiter {
  readonly bytes: number;
  letIn(): void;
}

/**
 * The maximum time in milliseconds that a request waits for its first memory. The request is refused after that time.
 */
export const longestWait = 30_000;

/**
 * Limits the memory in bytes that requests and responses in progress use together. Each of them reserves bytes before
 * it uses them, and gives them back afterwards.
 *
 * Callers that must wait get their bytes in the order in which they came. There are two queues, which take turns:
 * callers with a maximum wait, and callers that wait as long as necessary. If no bytes are reserved at all, the next
 * caller gets any number of bytes, even above the limit, so that one request can always go on. A caller must not wait
 * while it has bytes reserved, because two such callers could wait for each other.
 */
export class Room {
  /** The limit in bytes. It is Infinity if there is no limit. */
  readonly bytes: number;
  #held = 0;
  readonly #impatient: Waiter[] = [];
  readonly #patient: Waiter[] = [];
  #isTurnOfPatient = false;

  constructor(bytes: number) {
    this.bytes = bytes;
  }

  get isBounded(): boolean {
    return this.bytes !== Number.POSITIVE_INFINITY;
  }

  /** Whether at least one caller is waiting for memory. */
  get isWanted(): boolean {
    return this.#impatient.length + this.#patient.length > 0;
  }

  /**
   * Reserves this number of bytes, if the limit allows it and no other caller is waiting for memory.
   * @returns whether the bytes were reserved
   */
  tryTake(bytes: number): boolean {
    if (this.isWanted || !this.#fits(bytes)) return false;
    this.#held += bytes;
    return true;
  }

  /**
   * Waits until this number of bytes can be reserved, and reserves them.
   * @param patience the maximum wait in milliseconds; without it, the call waits as long as necessary
   * @throws ServerException if the bytes could not be reserved within `patience`
   */
  async take(bytes: number, patience?: number): Promise<void> {
    if (this.tryTake(bytes)) return;
    await new Promise<void>((resolve, reject) => {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const waiter: Waiter = {
        bytes,
        letIn: () => {
          clearTimeout(timer);
          resolve();
        },
      };
      if (patience === undefined) {
        this.#patient.push(waiter);
        return;
      }
      this.#impatient.push(waiter);
      timer = setTimeout(() => {
        this.#impatient.splice(this.#impatient.indexOf(waiter), 1);
        reject(busy(patience));
        // Callers behind it may need less room.
        this.#letIn();
      }, patience);
    });
  }

  /** Gives back this number of reserved bytes, and lets waiting callers go on. */
  give(bytes: number): void {
    this.#held -= bytes;
    if (this.isWanted) this.#letIn();
  }

  #fits(bytes: number): boolean {
    return this.#held === 0 || this.#held + bytes <= this.bytes;
  }

  #letIn(): void {
    for (let queue = this.#nextQueue(); queue; queue = this.#nextQueue()) {
      const [next] = queue;
      if (!next || !this.#fits(next.bytes)) return;
      queue.shift();
      this.#isTurnOfPatient = queue === this.#impatient;
      this.#held += next.bytes;
      next.letIn();
    }
  }

  #nextQueue(): Waiter[] | undefined {
    const [first, second] = this.#isTurnOfPatient ? [this.#patient, this.#impatient] : [this.#impatient, this.#patient];
    return first.length > 0 ? first : second.length > 0 ? second : undefined;
  }
}
