import { noise } from './noise.ts';
import { digestOf } from './push-and-pull.ts';

// An upload of a page that breaks off, because the service worker is stopped.

const MiB = 1024 * 1024;
const pieceBytes = 8 * MiB;

/** An upload whose last request is not answered. */
export interface BrokenUpload {
  readonly url: string;
  readonly repository: string;
  /** How many MiB of the rest were sent. Each upload is of a layer of its own. */
  readonly sent: number;
  /** The header Range of the answer to the first chunk. */
  readonly acknowledged: string | null;
}

async function layerOf({ sent }: Pick<BrokenUpload, 'sent'>) {
  const bytes = noise(3 * pieceBytes);
  bytes[0] = sent;
  return { bytes, digest: await digestOf(bytes.buffer) };
}

/** Sends a request to the registry.
 * @throws Error if the registry refuses the request */
export async function ask(method: string, url: string, init: RequestInit = {}): Promise<Response> {
  const answer = await fetch(url, { method, ...init });
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${await answer.text()}`);
  return answer;
}

/** Uploads the first piece of a layer with one request. */
export async function beginUpload(repository: string, sent: number): Promise<BrokenUpload> {
  const { bytes } = await layerOf({ sent });
  const begun = await ask('POST', `${repository}/blobs/uploads/`);
  const url = new URL(begun.headers.get('location') ?? '', repository).href;
  const first = await ask('PATCH', url, { body: new Blob([bytes.subarray(0, pieceBytes)]) });
  return { url, repository, sent, acknowledged: first.headers.get('range') };
}

/** Sends the rest of the layer, and resolves at once. */
export async function sendRest(upload: BrokenUpload): Promise<void> {
  const { bytes } = await layerOf(upload);
  void fetch(upload.url, { method: 'PATCH', body: new Blob([bytes.subarray(pieceBytes)]) });
}

/**
 * Sends some MiB of the rest with a request that does not end. Resolves when they are on their way. `failed` resolves to
 * the name of the error when the request fails.
 */
export async function sendSome(upload: BrokenUpload): Promise<{ readonly failed: Promise<string> }> {
  const { bytes } = await layerOf(upload);
  const end = pieceBytes + upload.sent * MiB;
  return new Promise((resolve) => {
    let at = pieceBytes;
    const pull = async (controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> => {
      if (at === end) {
        resolve({ failed });
        await new Promise(() => {});
      }
      controller.enqueue(bytes.slice(at, at + MiB));
      at += MiB;
    };
    const body = new ReadableStream<Uint8Array>({ pull }, { highWaterMark: 0 });
    const init = { method: 'PATCH', body, duplex: 'half' };
    const failed = fetch(upload.url, init).then(
      ({ status }) => `answered with ${status}`,
      (error) => error.name,
    );
  });
}

/** Looks at the layer, asks for the offset of its upload, sends the rest, and pulls the layer. */
export async function continueUpload(upload: BrokenUpload) {
  const { bytes, digest } = await layerOf(upload);
  const blob = `${upload.repository}/blobs/${digest}`;
  const { status } = await fetch(blob, { method: 'HEAD' });
  const { headers } = await ask('GET', upload.url);
  const from = Number(headers.get('range')?.split('-')[1]) + 1;
  if (from < bytes.length) {
    await ask('PATCH', upload.url, {
      body: new Blob([bytes.subarray(from)]),
      headers: { 'content-range': `${from}-${bytes.length - 1}` },
    });
  }
  await ask('PUT', `${upload.url}?digest=${digest}`);
  const pulled = await digestOf(await (await ask('GET', blob)).arrayBuffer());
  return { before: status, from, pulled, digest };
}
