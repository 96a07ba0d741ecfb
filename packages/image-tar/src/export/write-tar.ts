import { createTarPacker } from 'modern-tar';

/** A file that is written into a tar archive. */
export interface TarFile {
  readonly path: string;
  /** The size of the file in bytes. */
  readonly size: number;
  /** Reads the content, when its turn has come. */
  read(): AsyncIterable<Uint8Array>;
}

export interface WriteOptions {
  /** Called after each chunk that was written. */
  readonly onChunk: (file: TarFile, bytes: number) => void;
  readonly signal: AbortSignal | undefined;
}

/** The members of each header that do not depend on the file, so that the same files give the same bytes. */
const fixed = { type: 'file', mode: 0o644, uid: 0, gid: 0, mtime: new Date(0) } as const;

/**
 * Returns a tar archive as a stream. Files are read while the stream is read, at most 8 MiB ahead. If reading a file
 * fails, the stream fails with the same error.
 */
export function tarOf(files: readonly TarFile[], { onChunk, signal }: WriteOptions): ReadableStream<Uint8Array> {
  const { readable, controller } = createTarPacker();
  const stop = () => controller.error(signal?.reason);
  signal?.addEventListener('abort', stop, { once: true });
  const write = async (): Promise<void> => {
    for (const file of files) {
      signal?.throwIfAborted();
      const writer = controller.add({ ...fixed, name: file.path, size: file.size }).getWriter();
      for await (const bytes of file.read()) {
        await writer.write(bytes);
        onChunk(file, bytes.length);
      }
      await writer.close();
    }
    controller.finalize();
  };
  write()
    .catch((error: unknown) => controller.error(error))
    .finally(() => signal?.removeEventListener('abort', stop));
  return readable;
}
