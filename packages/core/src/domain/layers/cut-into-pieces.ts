import { chunkInvalid } from '../../errors.ts';
import { isBytes } from '../../utf8.ts';
import { longestWait, Room } from '../room.ts';
import { kindOf } from '../text.ts';
import { pieceBytes } from './pieces.ts';

const MiB = 1024 * 1024;

/** The size from which content is gathered in a buffer of a whole piece. Smaller content is not worth one. */
const worthBuffer = pieceBytes / 2;
/** The memory that is reserved for content of unknown size at first, and then in each step as the content grows. */
const firstStep = MiB / 4;
const nextSteps = MiB;

const roomFor = (bytes: number): number =>
  bytes <= firstStep ? firstStep : bytes < worthBuffer ? Math.ceil(bytes / nextSteps) * nextSteps : pieceBytes;

/** The options of cutting content into pieces. */
export interface Cutting {
  /** Whether each piece gets an array of its own, which the caller may keep; false by default. */
  readonly toKeep?: boolean;
  /** Limits what is held in memory; there is no limit by default. */
  readonly room?: Room;
}

/**
 * Gathers chunks of any size into pieces of `pieceBytes` each. The last piece may be smaller. Empty content has no
 * pieces. Pieces are also smaller if no more memory can be reserved.
 *
 * All pieces are copies in the same buffer, so content of any size takes only the memory of one piece. A piece is valid
 * until the next one is requested, unless `toKeep` is set.
 * @throws ServerException if no memory can be reserved for the first piece
 * @throws SerializationException if a chunk is not a Uint8Array
 */
export async function* cutIntoPieces(
  content: AsyncIterable<Uint8Array>,
  { toKeep = false, room = new Room(Number.POSITIVE_INFINITY) }: Cutting = {},
): AsyncGenerator<Uint8Array> {
  let held = 0;
  let isFirst = true;
  let gathered = new Gathered({ toKeep });
  const grow = (to: number): void => {
    if (to > held && room.tryTake(to - held)) held = to;
  };
  const giveBack = (): void => {
    room.give(held);
    held = 0;
    // Its buffer is given up as well: a content that waits for room holds nothing.
    gathered = new Gathered({ toKeep });
  };
  try {
    for await (const chunk of content) {
      checkChunk(chunk);
      for (let rest = chunk; rest.length > 0; ) {
        if (held === 0) {
          if (!room.tryTake(firstStep)) await room.take(firstStep, isFirst ? longestWait : undefined);
          held = firstStep;
          isFirst = false;
        }
        grow(roomFor(Math.min(pieceBytes, gathered.size + rest.length)));
        const head = rest.subarray(0, held - gathered.size);
        gathered.add(head, { mayGrow: held === pieceBytes });
        rest = rest.subarray(head.length);
        const isFull = gathered.size === pieceBytes;
        if (!isFull && (rest.length === 0 || gathered.size < held)) continue;
        yield gathered.take();
        if (!isFull || room.isWanted) giveBack();
      }
    }
    if (gathered.size > 0) yield gathered.take();
  } finally {
    room.give(held);
  }
}

function checkChunk(chunk: unknown): void {
  if (!isBytes(chunk)) throw chunkInvalid(kindOf(chunk));
}

/**
 * The part of a piece that has arrived: at first as separate chunks, and from a certain size on in a buffer of a whole
 * piece.
 */
class Gathered {
  size = 0;
  readonly #toKeep: boolean;
  #chunks: Uint8Array[] = [];
  #buffer: Uint8Array | undefined;

  constructor({ toKeep }: { readonly toKeep: boolean }) {
    this.#toKeep = toKeep;
  }

  /** Adds a chunk. `mayGrow` says whether there is room for a buffer of a whole piece. */
  add(chunk: Uint8Array, { mayGrow }: { readonly mayGrow: boolean }): void {
    if (!this.#buffer && mayGrow && this.size + chunk.length >= worthBuffer) {
      this.#buffer = fill(new Uint8Array(pieceBytes), this.#chunks);
      this.#chunks = [];
    }
    if (this.#buffer) this.#buffer.set(chunk, this.size);
    else if (chunk.length > 0) this.#chunks.push(chunk);
    this.size += chunk.length;
  }

  /** Gives all of it, and starts again. */
  take(): Uint8Array {
    const { size } = this;
    this.size = 0;
    const buffer = this.#buffer;
    if (!buffer) {
      const chunks = this.#chunks;
      this.#chunks = [];
      return fill(new Uint8Array(size), chunks);
    }
    if (!this.#toKeep) return buffer.subarray(0, size);
    if (size < buffer.length) return buffer.slice(0, size);
    this.#buffer = undefined;
    return buffer;
  }
}

function fill(target: Uint8Array, chunks: readonly Uint8Array[]): Uint8Array {
  let offset = 0;
  for (const chunk of chunks) {
    target.set(chunk, offset);
    offset += chunk.length;
  }
  return target;
}
