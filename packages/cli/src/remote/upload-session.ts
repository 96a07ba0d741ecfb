import { RegistryError } from '@coracle/registry/core';
import { refusalIn, refused } from './client.ts';
import type { Answer, RequestBody } from './exchange.ts';
import { RemoteError, RetriableError, shown } from './failure.ts';
import { checkStored } from './stored-digest.ts';
import type { StartOptions } from './upload-start.ts';

/** The address of an upload that the registry has begun, and the requests to it. */
export class UploadSession {
  readonly #target: StartOptions;
  #location: URL;

  constructor(target: StartOptions, location: URL) {
    this.#target = target;
    this.#location = location;
  }

  /** The address of the upload, as the registry gave it last. */
  get location(): URL {
    return this.#location;
  }

  /**
   * Asks the registry for the number of bytes that it has.
   * @returns undefined if the registry does not know the upload; 0 if it does not say whether it has one byte or none
   * @throws RemoteError if the registry says that it has more than `most` bytes
   */
  async status(most: number | undefined): Promise<number | undefined> {
    const { client, scopes } = this.#target;
    const answer = await client.call({ method: 'GET', url: this.#location, scopes });
    answer.discard();
    if (!isSuccess(answer)) return undefined;
    const bytes = bytesIn(answer) ?? 0;
    if (most !== undefined && bytes > Math.max(most, 1)) throw wrongRange(answer, most);
    this.#follow(answer);
    // The range 0-0 stands for one byte, and in most registries also for none.
    return bytes > 1 ? bytes : 0;
  }

  /**
   * Appends a chunk that begins at the byte `first`. Returns the number of bytes that the registry then has.
   * @returns `too large` if the registry does not take a body of this size
   * @throws RetriableError if the registry did not take the chunk, and may be at another byte
   */
  async append(body: RequestBody, first: number): Promise<number | 'too large'> {
    const { client, scopes } = this.#target;
    const end = first + body.size;
    const headers = { 'content-type': 'application/octet-stream', 'content-range': `${first}-${end - 1}` };
    const answer = await client.send({ method: 'PATCH', url: this.#location, scopes, headers, body });
    if (await this.#isTooLarge(answer)) return 'too large';
    if (!isSuccess(answer)) throw await refused(answer, `take bytes ${first} to ${end - 1} of a blob`);
    answer.discard();
    const bytes = bytesIn(answer) ?? end;
    if (bytes > end) throw wrongRange(answer, end);
    this.#follow(answer);
    // The range 0-0 stands for no byte in most registries.
    if (bytes > first && (bytes > 1 || end === 1)) return bytes;
    throw new RetriableError(`${answer.url.host} stored nothing of a chunk of ${body.size} bytes`);
  }

  /**
   * Finishes the upload, with the last bytes if there are any. Returns whether the blob is stored.
   * @returns `too large` if the registry does not take a body of this size
   * @throws RegistryError InvalidLayerException if the content does not have the digest
   * @throws RetriableError if the registry does not know the upload any more
   */
  async finish(digest: string, body?: RequestBody): Promise<'stored' | 'too large'> {
    const { client, scopes } = this.#target;
    const url = new URL(this.#location);
    // The search text is extended and not parsed, because a registry may sign it.
    url.search += `${url.search === '' ? '?' : '&'}digest=${encodeURIComponent(digest)}`;
    const headers = body && { 'content-type': 'application/octet-stream' };
    const answer = await client.send({ method: 'PUT', url, scopes, ...(headers && { headers }), body });
    if (body && (await this.#isTooLarge(answer))) return 'too large';
    if (!isSuccess(answer)) throw await notFinished(answer, digest);
    answer.discard();
    checkStored(answer, digest, 'a blob');
    return 'stored';
  }

  #follow(answer: Answer): void {
    const location = answer.header('location');
    if (location !== undefined) this.#location = this.#target.client.resolve(location, answer.url);
  }

  /**
   * Returns whether an answer refuses a body because of its size.
   * @throws RetriableError if the registry does not know the upload or has other bytes of it
   */
  async #isTooLarge(answer: Answer): Promise<boolean> {
    const { status, url } = answer;
    if (status === 404 || status === 416) {
      const { code } = await refusalIn(answer);
      if (code !== 'NAME_UNKNOWN') throw new RetriableError(lost(url, status));
      throw new RemoteError(
        'refused',
        `${url.host} does not have the repository '${this.#target.repository}' any more`,
      );
    }
    if (status === 413) answer.discard();
    return status === 413;
  }
}

const lost = ({ host }: URL, status: number): string =>
  status === 404 ? `${host} does not know the upload any more` : `${host} is at another byte of the upload`;

const isSuccess = ({ status }: Answer): boolean => status >= 200 && status <= 299;

/** Returns the number of bytes in a Range header: `0-99` stands for 100 bytes. Undefined if the header is missing. */
function bytesIn(answer: Answer): number | undefined {
  const header = answer.header('range');
  if (header === undefined) return undefined;
  const [, last] = /^(?:bytes[ =])?0-(\d{1,15})$/.exec(header.trim()) ?? [];
  if (last !== undefined) return Number(last) + 1;
  if (/^(?:bytes[ =])?0--1$/.test(header.trim())) return 0;
  throw new RemoteError(
    'refused',
    `The registry ${answer.url.host} answered with the invalid Range '${shown(header)}': ask its operator`,
  );
}

const wrongRange = ({ url, header }: Answer, most: number): RemoteError =>
  new RemoteError(
    'refused',
    `The registry ${url.host} says that it has the bytes ${header('range')} of an upload, but only ${most} bytes were sent. Run the same command again; if the error remains, ask the operator of the registry`,
  );

async function notFinished(answer: Answer, digest: string): Promise<Error> {
  const { status } = answer;
  if (status === 404 || status === 416) {
    answer.discard();
    return new RetriableError(lost(answer.url, status));
  }
  if (status === 400) {
    const { code, message } = await refusalIn(answer);
    if (code === 'DIGEST_INVALID') return new RegistryError('InvalidLayerException', message, 'DIGEST_INVALID');
    return new RemoteError(
      'refused',
      `${answer.url.host} refused to finish the blob ${digest} with 400 (${code}: ${message})`,
    );
  }
  return refused(answer, `finish the blob ${digest}`);
}
