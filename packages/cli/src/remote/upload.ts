import { ChunkSize } from './chunk-size.ts';
import type { Chunk, ChunkSource } from './chunk-source.ts';
import type { RequestBody } from './exchange.ts';
import { RemoteError } from './failure.ts';
import { reportedBody } from './reported-body.ts';
import { isBroken, type Retries } from './retries.ts';
import { UploadSession } from './upload-session.ts';
import { cancelUpload, mountBlob, type Started, startUpload, type UploadTarget } from './upload-start.ts';

/** Smaller blobs than this number of bytes are not remembered for another run: they are sent again quickly. */
const smallestSaved = 256 * 1024;

/**
 * An upload of one blob in chunks ("Pushing a blob in chunks" of the OCI distribution specification). After a failure,
 * the upload asks the registry for the number of bytes that it has, and goes on there.
 */
export class Upload {
  readonly #target: UploadTarget;
  readonly #source: ChunkSource;
  /** The digest of the blob. Undefined if it is known only at the end. */
  readonly #digest: string | undefined;
  readonly #retries: Retries;
  #session: UploadSession | undefined;
  #offset = 0;
  #highest = 0;
  readonly #chunkSize: ChunkSize;
  #triesMounts = true;
  #isMounted = false;
  /** Whether the registry has all bytes. */
  #isWhole = false;
  /** Whether the blob is in the repository. */
  #isStored = false;

  constructor(target: UploadTarget, source: ChunkSource, digest?: string) {
    this.#target = target;
    this.#source = source;
    this.#digest = digest;
    this.#chunkSize = new ChunkSize(target.chunkSize);
    this.#retries = target.client.retries();
  }

  /** The number of bytes that the registry has. */
  get bytes(): number {
    return this.#offset;
  }

  /** Whether the blob was mounted from another repository, and not sent. */
  get isMounted(): boolean {
    return this.#isMounted;
  }

  /** Goes on with the upload that an earlier run of the command began, if the registry still has it. */
  async resume(): Promise<void> {
    const { states, client, onEvent } = this.#target;
    const digest = this.#digest;
    const saved = digest === undefined ? undefined : await states.take(digest);
    if (digest === undefined || saved === undefined) return;
    try {
      const session = new UploadSession(this.#target, client.resolve(saved.location, client.at('/')));
      const bytes = await session.status(this.#source.size);
      if (!bytes) return await states.forget(digest);
      this.#session = session;
      this.#offset = bytes;
      this.#chunkSize.min = saved.minChunk;
      onEvent({ kind: 'resumed', digest, bytes, size: this.#source.size });
    } catch (error) {
      // The registry may have changed since then. The blob is sent from its start.
      if (!(error instanceof RemoteError) || error.kind !== 'refused') throw error;
      await states.forget(digest);
    }
  }

  /** Starts the upload, if it is not under way. */
  async #start(): Promise<void> {
    if (this.#session || this.#isStored) return;
    const started = (await this.#mount()) ?? (await startUpload(this.#target, this.#digest));
    if (started === 'mounted') {
      this.#isMounted = true;
      this.#isStored = true;
    } else {
      this.#session = new UploadSession(this.#target, started.location);
      this.#chunkSize.min = started.minChunk;
      this.#offset = 0;
      await this.#save();
    }
  }

  /** Sends all bytes. A blob with a known digest that fits into one request is then also finished. */
  async send(): Promise<void> {
    while (!this.#isWhole && !this.#isStored) await this.#patiently(() => this.#sendChunk());
  }

  /**
   * Sends the bytes that are not sent yet, and finishes the upload.
   * @throws RegistryError InvalidLayerException if the content does not have the digest
   */
  async finish(digest: string): Promise<void> {
    while (!this.#isStored) {
      await this.send();
      if (!this.#isStored) await this.#patiently(() => this.#finish(digest));
    }
  }

  /** Cancels the upload. Does not fail if that is not possible, because uploads expire. */
  async cancel(): Promise<void> {
    if (this.#session) await cancelUpload(this.#target, this.#session.location);
  }

  /** Does a step. If the step fails in a way that may pass, waits, and asks the registry where the upload is. */
  async #patiently(step: () => Promise<void>): Promise<void> {
    try {
      await step();
    } catch (error) {
      if (this.#digest !== undefined && isWrongContent(error)) await this.#target.states.forget(this.#digest);
      await this.#retries.after(error);
      await this.#locate(error);
      this.#noteProgress();
    }
  }

  /**
   * Notes the progress. A part of a chunk is progress too. Bytes that had arrived before are none, or else a registry that
   * forgets each upload would be tried without end.
   */
  #noteProgress(): void {
    if (this.#offset <= this.#highest) return;
    this.#highest = this.#offset;
    this.#retries.progress();
    this.#chunkSize.arrived();
  }

  /**
   * Finds out how many bytes the registry has. Starts again if it does not know the upload any more, or may have none of
   * its bytes. CNCF distribution forgets an upload if the connection breaks in the middle of a chunk.
   */
  async #locate(error: unknown): Promise<void> {
    if (!this.#session) return;
    this.#isWhole = false;
    const bytes = await this.#session.status(this.#source.size);
    const isStalled = bytes !== undefined && bytes <= this.#highest && isBroken(error);
    if (isStalled) this.#chunkSize.stalled();
    if (bytes) {
      this.#offset = bytes;
      return this.#save();
    }
    // The lost answer may have been that of the last request.
    this.#isStored = this.#digest !== undefined && (await this.#target.hasBlob(this.#digest));
    if (!this.#isStored) await cancelUpload(this.#target, this.#session.location);
    this.#session = undefined;
  }

  async #mount(): Promise<Started | undefined> {
    if (this.#digest === undefined || !this.#triesMounts) return undefined;
    this.#triesMounts = false;
    return mountBlob(this.#target, this.#digest, this.#source.size);
  }

  async #sendChunk(): Promise<void> {
    await this.#start();
    if (!this.#session) return;
    const start = this.#offset;
    const chunk = await this.#source.at(start, this.#chunkSize.bytes);
    if (chunk.isLast && start === 0 && this.#digest !== undefined) return this.#finish(this.#digest, chunk);
    const bytes = chunk.size > 0 ? await this.#session.append(this.#watched(chunk), start) : start;
    if (bytes === 'too large') return this.#shrink(chunk);
    this.#offset = bytes;
    this.#isWhole = chunk.isLast && bytes === start + chunk.size;
    this.#noteProgress();
    await this.#save();
  }

  async #finish(digest: string, chunk?: Chunk): Promise<void> {
    const result = await this.#session?.finish(digest, chunk && this.#watched(chunk));
    if (result === 'too large' && chunk) return this.#shrink(chunk);
    this.#offset += chunk?.size ?? 0;
    this.#isStored = true;
  }

  /** Makes the next chunks smaller, because a server does not take bodies of this size. */
  #shrink({ size }: Chunk): void {
    const { client, onEvent } = this.#target;
    onEvent({ kind: 'notice', text: this.#chunkSize.refused(size, new URL(client.home.origin).host) });
  }

  #watched(chunk: Chunk): RequestBody {
    const { onEvent } = this.#target;
    return reportedBody(chunk, { first: this.#offset, digest: this.#digest, size: this.#source.size, onEvent });
  }

  async #save(): Promise<void> {
    const location = this.#session?.location.href;
    if (this.#digest === undefined || location === undefined || (this.#source.size ?? smallestSaved) < smallestSaved)
      return;
    await this.#target.states.save(this.#digest, { location, minChunk: this.#chunkSize.min });
  }
}

/** Returns whether the registry refused the content. It would refuse the same upload again. */
const isWrongContent = (error: unknown): boolean => error instanceof Error && error.name === 'InvalidLayerException';
