import type { Content } from '@coracle/core';
import { receiveError, type SentError, sendError } from './errors.ts';
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
 * Converts values to the form in which another thread gets them. `transfer` collects what is given away: pass it to `postMessage`. Streams and
 * iterables are read while the other thread reads them. Blobs and files are sent as handles, so their bytes are not
 * read here. `lost` aborts if the other thread is gone.
 */
export class Sender {
  readonly transfer: Transferable[] = [];
  readonly #lost: AbortSignal;

  constructor(lost: AbortSignal) {
    this.#lost = lost;
  }

  /** @throws TypeError if the value is a function, or is an object with a function */
  carry(value: unknown, path: string, depth = 0): Carried {
    if (typeof value === 'function') throw new TypeError(`${path} is a function, which cannot be sent to the worker`);
    if (typeof value !== 'object' || value === null) return { as: 'value', value };
    if (value instanceof Error) return { as: 'error', error: sendError(value) };
    if (value instanceof MessagePort) this.transfer.push(value);
    if (ArrayBuffer.isView(value)) return { as: 'value', value: this.#ownBytes(value) };
    if (isStream(value)) return this.stream(value);
    if (!isPlain(value) || depth === deepest) return { as: 'value', value };
    const members = Object.entries(value).map(
      ([name, member]) => [name, this.carry(member, `${path}.${name}`, depth + 1)] as const,
    );
    return { as: 'object', members };
  }

  stream(content: Content): Carried {
    const { port1, port2 } = new MessageChannel();
    sendStream(port1, content, this.#lost);
    this.transfer.push(port2);
    return { as: 'stream', port: port2 };
  }

  /** A clone of a part of a buffer would contain the whole buffer, so a part is copied first. */
  #ownBytes(view: ArrayBufferView): ArrayBufferView {
    if (view.byteLength === view.buffer.byteLength || !(view instanceof Uint8Array)) return view;
    const own = view.slice();
    this.transfer.push(own.buffer);
    return own;
  }
}

/** Returns the value that was sent. A stream fails if `lost` aborts. */
export function receive(carried: Carried, lost: AbortSignal): unknown {
  if (carried.as === 'value') return carried.value;
  if (carried.as === 'error') return receiveError(carried.error);
  if (carried.as === 'stream') return receiveStream(carried.port, lost);
  return Object.fromEntries(carried.members.map(([name, member]) => [name, receive(member, lost)]));
}

const isStream = (value: object): value is ReadableStream<Uint8Array> | AsyncIterable<Uint8Array> =>
  'getReader' in value || Symbol.asyncIterator in value || ('next' in value && Symbol.iterator in value);

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
