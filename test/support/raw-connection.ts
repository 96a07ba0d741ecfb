import { connect, type Socket } from 'node:net';

/** How a body is sent. */
export type Framing = 'Content-Length' | 'chunked' | 'Expect' | 'aborted by the client';

export interface RawRequest {
  /** `PUT /v2/a/manifests/b`. */
  readonly line: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly size: number;
  readonly framing: Framing;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

const chunk = Buffer.alloc(64 * 1024, 'z');
const crlf = '\r\n';
/** How long a client waits to be told to send its body, in milliseconds; curl and Go wait for a second. */
const longestWait = 1000;

/** One connection to a server, on which everything is sent and read by hand. */
export class RawConnection {
  readonly #socket: Socket;
  #received = '';
  #wake: (() => void) | undefined;
  #isClosed = false;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (bytes) => {
      this.#received += bytes.toString('latin1');
      this.#wake?.();
    });
    // A reset is a way of closing.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#isClosed = true;
      this.#wake?.();
    });
  }

  static async to(url: string): Promise<RawConnection> {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    const connection = new RawConnection(socket);
    await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    return connection;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Sends a request, whatever the server says meanwhile, and gives its final answer; undefined if it closed instead. */
  async request({ line, headers = {}, size, framing }: RawRequest): Promise<RawAnswer | undefined> {
    const isChunked = framing === 'chunked';
    const all = {
      host: 'localhost',
      ...headers,
      ...(isChunked ? { 'transfer-encoding': 'chunked' } : { 'content-length': String(size) }),
      ...(framing === 'Expect' ? { expect: '100-continue' } : {}),
    };
    const head = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
    this.#socket.write([`${line} HTTP/1.1`, ...head, '', ''].join(crlf));
    if (framing === 'Expect') {
      const first = await this.#firstAnswer(line.startsWith('HEAD '));
      if (first === undefined ? this.#isClosed : first.status !== 100) return first;
    }
    const sent = framing === 'aborted by the client' ? Math.floor(size / 2) : size;
    await this.#sendBody(sent, isChunked);
    if (framing === 'aborted by the client') {
      this.#socket.destroy();
      return undefined;
    }
    const answer = await this.#readAnswer(line.startsWith('HEAD '));
    return answer?.status === 100 ? this.#readAnswer(line.startsWith('HEAD ')) : answer;
  }

  /** The answer to a head. Clients wait a while for it: servers may not know `Expect` (RFC 9110, 10.1.1). */
  #firstAnswer(isBodiless: boolean): Promise<RawAnswer | undefined> {
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      this.#wake?.();
    }, longestWait);
    return this.#readAnswer(isBodiless, () => isLate).finally(() => clearTimeout(timer));
  }

  /** A request without a body. */
  get(path: string): Promise<RawAnswer | undefined> {
    this.#socket.write([`GET ${path} HTTP/1.1`, 'host: localhost', '', ''].join(crlf));
    return this.#readAnswer(false);
  }

  close(): void {
    this.#socket.destroy();
  }

  async #sendBody(size: number, isChunked: boolean): Promise<void> {
    for (let left = size; left > 0 && !this.#isClosed; ) {
      const part = chunk.subarray(0, Math.min(left, chunk.length));
      left -= part.length;
      if (isChunked) this.#socket.write(`${part.length.toString(16)}${crlf}`);
      const goesOn = this.#socket.write(part);
      if (isChunked) this.#socket.write(crlf);
      if (!goesOn) await this.#drained();
    }
    if (isChunked) this.#socket.write(`0${crlf}${crlf}`);
  }

  #drained(): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        this.#socket.off('drain', end).off('close', end);
        resolve();
      };
      this.#socket.on('drain', end).on('close', end);
    });
  }

  async #readAnswer(isBodiless: boolean, isLate = () => false): Promise<RawAnswer | undefined> {
    for (;;) {
      const answer = this.#takeAnswer(isBodiless);
      if (answer) return answer;
      if (this.#isClosed || isLate()) return undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
  }

  /** Takes the first answer from the received bytes, if it is complete. Refusals have no chunked bodies. */
  #takeAnswer(isBodiless: boolean): RawAnswer | undefined {
    const end = this.#received.indexOf(crlf + crlf);
    if (end === -1) return undefined;
    const [first = '', ...lines] = this.#received.slice(0, end).split(crlf);
    const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(first)?.[1]);
    const headers = new Map(
      lines.map((text) => [text.slice(0, text.indexOf(':')).toLowerCase(), text.slice(text.indexOf(':') + 1).trim()]),
    );
    const from = end + 2 * crlf.length;
    const size = isBodiless || status < 200 || status === 204 ? 0 : Number(headers.get('content-length') ?? 0);
    let body: string;
    if (headers.get('transfer-encoding') === 'chunked' && size === 0 && !isBodiless) {
      const last = this.#received.indexOf(`0${crlf}${crlf}`, from);
      if (last === -1) return undefined;
      body = this.#received.slice(from, last);
      this.#received = this.#received.slice(last + 5);
    } else {
      if (this.#received.length < from + size) return undefined;
      body = this.#received.slice(from, from + size);
      this.#received = this.#received.slice(from + size);
    }
    return { status, headers, body };
  }
}
