import { chunkInvalid } from '../../errors.ts';
import { isBytes } from '../../utf8.ts';
import { longestWait, Room } from '../room.ts';
import { kindOf } from '../text.ts';
import { pieceBytes } from './pieces.ts';

const MiB = 1024 * 1024;

/**
 * The size in bytes from which content is gathered in one buffer of 8 MiB, the size of a whole piece. Smaller content
 * is gathered as separate chunks.
 */
const worthBuffer = pieceBytes / 2;
/**
 * The number of bytes of memory that are reserved first for content of unknown size. As the content grows, `nextSteps`
 * bytes are reserved in each further step.
 */
const firstStep = MiB / 4;
const nextSteps = MiB;

const roomFor = (bytes: number): number =>
  bytes <= firstStep ? firstStep : bytes < worthBuffer ? Math.ceil(bytes / nextSteps) * nextSteps : pieceBytes;

/** The options of `cutIntoPieces`, which splits content into pieces of 8 MiB. */
export interface Cutting {
  /**
   * Whether each piece is a new array, which the caller may keep. If false (the default), the next piece overwrites the
   * array.
   */
  readonly toKeep?: boolean;
  /** The memory limit that the content counts against. There is no limit by default. */
  readonly room?: Room;
}

/**
 * Splits content into pieces of `pieceBytes` (8 MiB). The chunks of the content may have any size. The last piece may
 * be smaller, and other pieces are smaller if no more memory can be reserved. Empty content has no pieces.
 *
 * Unless `toKeep` is set, all pieces are copies in the same buffer, so content of any size takes only the memory of one
 * piece. Each piece is then valid only until the next piece is requested.
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
    // The buffer is released as well, because content that waits for memory must not use any.
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
 * The bytes of a piece (a chunk of at most 8 MiB) that is not complete yet. Few bytes are kept as separate arrays. Once
 * there are at least `worthBuffer` bytes, they are kept in one buffer as large as a whole piece.
 */
class Gathered {
  size = 0;
  readonly #toKeep: boolean;
  #chunks: Uint8Array[] = [];
  #buffer: Uint8Array | undefined;

  constructor({ toKeep }: { readonly toKeep: boolean }) {
    this.#toKeep = toKeep;
  }

  /**
   * Adds a chunk to the piece. `mayGrow` says whether enough memory is reserved for a buffer as large as a whole piece.
   */
  add(chunk: Uint8Array, { mayGrow }: { readonly mayGrow: boolean }): void {
    if (!this.#buffer && mayGrow && this.size + chunk.length >= worthBuffer) {
      this.#buffer = fill(new Uint8Array(pieceBytes), this.#chunks);
      this.#chunks = [];
    }
    if (this.#buffer) this.#buffer.set(chunk, this.size);
    else if (chunk.length > 0) this.#chunks.push(chunk);
    this.size += chunk.length;
  }

  /** Returns the bytes that were added, and begins a new, empty piece. */
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
