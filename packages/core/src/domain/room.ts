import { busy } from '../errors.ts';

interface Waiter {
  readonly bytes: number;
  letIn(): void;
}

/** The maximum time in milliseconds that a request waits for room before it holds any. */
export const longestWait = 30_000;

/**
 * A limit on the bytes that requests and responses in progress hold in memory.
 *
 * Callers that wait are let in by the order in which they came. Those that are refused if they wait for too long take
 * turns with those that are not. If nothing is held, a request of any size is let in, so that one always goes on. A
 * caller that waits must hold nothing: two that hold and wait could wait for each other.
 */
export class Room {
  /** The limit in bytes, or Infinity. */
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

  /** Says whether a caller waits for room. */
  get isWanted(): boolean {
    return this.#impatient.length + this.#patient.length > 0;
  }

  /**
   * Takes room for this number of bytes, if there is enough room and no other caller waits for room.
   * @returns whether the room was taken
   */
  tryTake(bytes: number): boolean {
    if (this.isWanted || !this.#fits(bytes)) return false;
    this.#held += bytes;
    return true;
  }

  /**
   * Waits until there is room for this number of bytes, and takes the room.
   * @param patience the maximum wait in milliseconds; without it, the call waits as long as it takes
   * @throws ServerException if there was not enough room in that time
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

  /** Gives back what was taken. */
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
