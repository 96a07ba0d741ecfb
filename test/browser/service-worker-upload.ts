import { noise } from './noise.ts';
import { digestOf } from './push-and-pull.ts';

// An upload of a page that breaks off, because the service worker is stopped.

const MiB = 1024 * 1024;
const pieceBytes = 8 * MiB;

/** An upload whose last request is not answered. */
export interface BrokenUpload {
  readonly url: string;
  readonly blob: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly digest: string;
  /** The header Range of the answer to the first chunk. */
  readonly acknowledged: string | null;
  /** Resolves to the name of the error when the second request fails. */
  readonly failed: Promise<string>;
}

async function ask(method: string, url: string, init: RequestInit = {}): Promise<Response> {
  const answer = await fetch(url, { method, ...init });
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${await answer.text()}`);
  return answer;
}

/**
 * Uploads the first piece of a layer with one request. Then sends some MiB of the rest with a request that does not end,
 * and resolves when they are on their way.
 */
export async function beginUpload(repository: string, sent: number): Promise<BrokenUpload> {
  const bytes = noise(3 * pieceBytes);
  // Each upload is of a layer of its own.
  bytes[0] = sent;
  const digest = await digestOf(bytes.buffer);
  const begun = await ask('POST', `${repository}/blobs/uploads/`);
  const url = new URL(begun.headers.get('location') ?? '', repository).href;
  const first = await ask('PATCH', url, { body: new Blob([bytes.subarray(0, pieceBytes)]) });
  const failed = await sendSome(url, bytes.subarray(pieceBytes, pieceBytes + sent * MiB));
  const acknowledged = first.headers.get('range');
  return { url, blob: `${repository}/blobs/${digest}`, bytes, digest, acknowledged, ...failed };
}

/** Sends bytes as the beginning of a body that does not end. Resolves when the browser asks for more bytes. */
const sendSome = (url: string, bytes: Uint8Array): Promise<Pick<BrokenUpload, 'failed'>> =>
  new Promise((resolve) => {
    let at = 0;
    const pull = async (controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> => {
      if (at === bytes.length) {
        resolve({ failed });
        await new Promise(() => {});
      }
      controller.enqueue(bytes.slice(at, at + MiB));
      at += MiB;
    };
    const body = new ReadableStream<Uint8Array>({ pull }, { highWaterMark: 0 });
    const init = { method: 'PATCH', body, duplex: 'half' };
    const failed = fetch(url, init).then(
      ({ status }) => `answered with ${status}`,
      (error) => error.name,
    );
  });

/** Looks at the layer, asks for the offset of its upload, sends the rest, and pulls the layer. */
export async function continueUpload({ blob, bytes, digest, url }: BrokenUpload) {
  const { status } = await fetch(blob, { method: 'HEAD' });
  const { headers } = await ask('GET', url);
  const from = Number(headers.get('range')?.split('-')[1]) + 1;
  await ask('PATCH', url, {
    body: new Blob([bytes.subarray(from)]),
    headers: { 'content-range': `${from}-${bytes.length - 1}` },
  });
  await ask('PUT', `${url}?digest=${digest}`);
  const pulled = await digestOf(await (await ask('GET', blob)).arrayBuffer());
  return { before: status, from, pulled };
}
