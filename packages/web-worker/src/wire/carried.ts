import type { Content } from '@coracle/core';
import { receiveError, type SentError, sendError } from './errors.ts';
import type { Lifetime } from './lifetime.ts';
import { receiveStream, sendStream } from './stream.ts';

/**
 * A value in the form in which it is sent to another thread: as it is, as a stream, or as an object whose members are
 * sent in these forms. Errors keep their class and their members.
 */
export type Carried =
  | { readonly as: 'value'; readonly value: unknown }
  | { readonly as: 'error'; readonly error: SentError }
  | { readonly as: 'stream'; readonly port: MessagePort }
  | { readonly as: 'object'; readonly members: readonly (readonly [name: string, Carried])[] };

/**
 * How deep in an argument streams and parts of buffers are looked for. The deepest ones are the bytes of a manifest, in
 * the member `manifest.bytes`.
 */
const deepest = 2;

/**
 * Converts values to the form in which another thread gets them. Streams and iterables are read while the other thread
 * reads them. Blobs and files are sent as handles, so their bytes are not read here. The streams fail when `lifetime`
 * ends.
 */
export class Sender {
  /** The objects that are given away: pass them to `postMessage`. */
  readonly transfer: Transferable[] = [];
  readonly #lifetime: Lifetime;
  readonly #discards: ((reason: unknown) => void)[] = [];

  constructor(lifetime: Lifetime) {
    this.#lifetime = lifetime;
  }

  /** Cancels the streams, if the message could not be sent. */
  discard(reason: unknown): void {
    for (const discard of this.#discards) discard(reason);
  }

  /** @throws TypeError if the value is a function, or is an object with a function */
  carry(value: unknown, path: string, depth = 0): Carried {
    if (typeof value === 'function') throw new TypeError(`${path} is a function, which cannot be sent to the worker`);
    if (typeof value !== 'object' || value === null) return { as: 'value', value };
    if (value instanceof Error) return { as: 'error', error: sendError(value) };
    if (value instanceof MessagePort) this.transfer.push(value);
    if (ArrayBuffer.isView(value)) return { as: 'value', value: this.#ownBytes(value) };
    if (isStream(value)) return this.#stream(value);
    if (!isPlain(value) || depth === deepest) return { as: 'value', value };
    const members = Object.entries(value).map(
      ([name, member]) => [name, this.carry(member, `${path}.${name}`, depth + 1)] as const,
    );
    return { as: 'object', members };
  }

  #ownBytes(view: ArrayBufferView): ArrayBufferView {
    const own = ownBytes(view);
    if (own !== view) this.transfer.push(own.buffer as ArrayBuffer);
    return own;
  }

  #stream(content: Content): Carried {
    const { port1, port2 } = new MessageChannel();
    this.#discards.push(sendStream(port1, content, this.#lifetime));
    this.transfer.push(port2);
    return { as: 'stream', port: port2 };
  }
}

/**
 * Returns the view if it can be sent as it is, otherwise a copy. A clone of a part of a buffer would contain the whole
 * buffer, and shared memory cannot be sent to a shared worker.
 */
function ownBytes(view: ArrayBufferView): ArrayBufferView {
  const { buffer, byteLength } = view;
  if (!(view instanceof Uint8Array) || (byteLength === buffer.byteLength && buffer instanceof ArrayBuffer)) return view;
  return new Uint8Array(view);
}

/** Returns the value that was sent. A stream fails when `lifetime` ends. */
export function receive(carried: Carried, lifetime: Lifetime): unknown {
  if (carried.as === 'value') return carried.value;
  if (carried.as === 'error') return receiveError(carried.error);
  if (carried.as === 'stream') return receiveStream(carried.port, lifetime);
  return Object.fromEntries(carried.members.map(([name, member]) => [name, receive(member, lifetime)]));
}

const isStream = (value: object): value is ReadableStream<Uint8Array> | AsyncIterable<Uint8Array> =>
  'getReader' in value || Symbol.asyncIterator in value || ('next' in value && Symbol.iterator in value);

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
