import type { Chunk, ChunkSource } from './chunk-source.ts';
import type { OnEvent } from './events.ts';
import type { RequestBody } from './exchange.ts';
import { RemoteError, RetriableError } from './failure.ts';
import { isBroken, type Retries } from './retries.ts';
import { UploadSession } from './upload-session.ts';
import { cancelUpload, mountBlob, type Started, type StartOptions, startUpload } from './upload-start.ts';
import type { UploadStates } from './upload-states.ts';

/** The repository to which blobs are uploaded, and how. */
export interface UploadTarget extends StartOptions {
  /** The maximum size in bytes of the body of one request. */
  readonly chunkSize: number;
  /** Repositories of the registry from which blobs are mounted if possible. */
  readonly mountFrom: readonly string[];
  readonly states: UploadStates;
  readonly onEvent: OnEvent;
  /** Returns whether the repository has a blob. */
  readonly hasBlob: (digest: string) => Promise<boolean>;
}

/** Chunks do not become smaller than this number of bytes, although a server calls them too large. */
const smallestChunk = 256 * 1024;
/** The maximum number of repositories from which a mount is tried. */
const maxMounts = 3;

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
  #chunkSize: number;
  #minChunk = 0;
  #triesMounts = true;
  /** Whether the registry has all bytes. */
  #isWhole = false;
  /** Whether the blob is in the repository. */
  #isStored = false;

  constructor(target: UploadTarget, source: ChunkSource, digest?: string) {
    this.#target = target;
    this.#source = source;
    this.#digest = digest;
    this.#chunkSize = target.chunkSize;
    this.#retries = target.client.retries();
  }

  /** The number of bytes that the registry has. */
  get bytes(): number {
    return this.#offset;
  }

  /** Goes on with the upload that an earlier run of the command began, if the registry still has it. */
  async resume(): Promise<void> {
    const { states, client, onEvent } = this.#target;
    const digest = this.#digest;
    const saved = digest === undefined ? undefined : await states.take(digest);
    if (digest === undefined || saved === undefined) return;
    const session = new UploadSession(this.#target, client.resolve(saved.location, client.at('/')));
    const bytes = await session.status(undefined);
    if (bytes === undefined || bytes > (this.#source.size ?? bytes)) return states.forget(digest);
    this.#session = session;
    this.#offset = bytes;
    this.#minChunk = saved.minChunk;
    onEvent({ kind: 'resumed', digest, bytes, size: this.#source.size });
  }

  /** Starts the upload, if it is not under way. */
  async start(): Promise<void> {
    if (this.#session || this.#isStored) return;
    const started = (await this.#mount()) ?? (await startUpload(this.#target, this.#digest));
    if (started === 'mounted') this.#isStored = true;
    else {
      this.#session = new UploadSession(this.#target, started.location);
      this.#minChunk = started.minChunk;
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
      if (this.#digest !== undefined && !(error instanceof RetriableError) && !isBroken(error)) {
        await this.#forgetIfRefused(this.#digest, error);
      }
      await this.#retries.after(error);
      await this.#locate();
    }
  }

  /** Finds out how many bytes the registry has. Starts again if it does not know the upload any more. */
  async #locate(): Promise<void> {
    if (!this.#session) return;
    this.#isWhole = false;
    const bytes = await this.#session.status(this.#source.size);
    if (bytes !== undefined) {
      this.#offset = bytes;
      return this.#save();
    }
    // The lost answer may have been that of the last request.
    this.#isStored = this.#digest !== undefined && (await this.#target.hasBlob(this.#digest));
    if (!this.#isStored) await cancelUpload(this.#target, this.#session.location);
    this.#session = undefined;
  }

  async #mount(): Promise<Started | undefined> {
    const { mountFrom, states, repository, onEvent } = this.#target;
    const digest = this.#digest;
    if (digest === undefined || !this.#triesMounts) return undefined;
    this.#triesMounts = false;
    const known = [...mountFrom, ...(await states.repositoriesWith(digest))].filter((it) => it !== repository);
    let started: Started | undefined;
    for (const from of [...new Set(known)].slice(0, maxMounts)) {
      if (started !== undefined && started !== 'mounted') await cancelUpload(this.#target, started.location);
      started = await mountBlob(this.#target, digest, from);
      if (started === 'mounted') {
        onEvent({ kind: 'mounted', digest, size: this.#source.size });
        return started;
      }
    }
    return started;
  }

  async #sendChunk(): Promise<void> {
    await this.start();
    if (!this.#session) return;
    const start = this.#offset;
    const chunk = await this.#source.at(start, Math.max(this.#chunkSize, this.#minChunk));
    if (chunk.isLast && start === 0 && this.#digest !== undefined) return this.#finish(this.#digest, chunk);
    const bytes = chunk.size > 0 ? await this.#session.append(this.#watched(chunk), start) : start;
    if (bytes === 'too large') return this.#shrink(chunk);
    this.#offset = bytes;
    this.#isWhole = chunk.isLast && bytes === start + chunk.size;
    this.#retries.progress();
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
    const { host } = new URL(client.home.origin);
    const smaller = Math.max(Math.floor(size / 2), this.#minChunk, smallestChunk);
    if (smaller >= size) {
      throw new RemoteError(
        'refused',
        `${host} refuses a chunk of ${size} bytes as too large (413). Raise the limit for bodies in the proxy before the registry`,
      );
    }
    this.#chunkSize = smaller;
    const text = `${host} refuses a chunk of ${size} bytes as too large, so the next ones have ${smaller} bytes; --chunk-size sets the size`;
    onEvent({ kind: 'notice', text });
  }

  /** Returns the body of a chunk, and reports the bytes that are read from it. */
  #watched(chunk: Chunk): RequestBody {
    const [digest, first] = [this.#digest, this.#offset];
    const { onEvent } = this.#target;
    const { size } = this.#source;
    const read = async function* () {
      let bytes = first;
      for await (const part of chunk.read()) {
        yield part;
        bytes += part.length;
        if (digest !== undefined) onEvent({ kind: 'moved', digest, bytes, size });
      }
    };
    return { size: chunk.size, read };
  }

  async #save(): Promise<void> {
    const location = this.#session?.location.href;
    if (this.#digest === undefined || location === undefined || (this.#source.size ?? smallestChunk) < smallestChunk)
      return;
    await this.#target.states.save(this.#digest, { location, minChunk: this.#minChunk });
  }

  /** Forgets an upload whose content the registry refused: it would be refused again. */
  async #forgetIfRefused(digest: string, error: unknown): Promise<void> {
    if (error instanceof Error && error.name === 'InvalidLayerException') await this.#target.states.forget(digest);
  }
}
