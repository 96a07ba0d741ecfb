import { connect, type Socket } from 'node:net';

/** An answer as far as a load generator looks at it. */
export interface Answer {
  readonly status: number;
  /** By their lower-case names. */
  readonly headers: ReadonlyMap<string, string>;
  /** How many bytes the body had; they are not kept. */
  readonly bytes: number;
}

const receiveBytes = 1024 * 1024;

/**
 * One kept-alive connection, one request after the other. It does as little as can be, so that the server is what is
 * measured: bodies are written as they are, and read into one buffer again and again.
 */
export class RawClient {
  readonly #socket: Socket;
  readonly #host: string;
  #head = '';
  #answer: { status: number; headers: Map<string, string>; left: number; bytes: number } | undefined;
  #settle: { resolve(answer: Answer): void; reject(error: Error): void } | undefined;

  constructor(origin: string) {
    const { hostname, port, host } = new URL(origin);
    this.#host = host;
    this.#socket = connect({
      host: hostname,
      port: Number(port),
      noDelay: true,
      onread: {
        buffer: Buffer.allocUnsafe(receiveBytes),
        callback: (size, buffer) => {
          this.#receive(Buffer.from(buffer.buffer, buffer.byteOffset, size));
          return true;
        },
      },
    });
    this.#socket.on('error', (error) => this.#settle?.reject(error));
    this.#socket.on('close', () => this.#settle?.reject(new Error('The server closed the connection')));
  }

  request(
    method: string,
    path: string,
    { headers = {}, body }: { headers?: Readonly<Record<string, string>>; body?: Uint8Array } = {},
  ): Promise<Answer> {
    const lines = Object.entries({ host: this.#host, 'content-length': String(body?.length ?? 0), ...headers });
    const head = `${method} ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
      this.#socket.cork();
      this.#socket.write(head);
      if (body !== undefined) this.#socket.write(body);
      this.#socket.uncork();
    });
  }

  close(): void {
    this.#settle = undefined;
    this.#socket.destroy();
  }

  #receive(chunk: Buffer): void {
    if (this.#answer === undefined) {
      // Heads are small, and a body's first bytes come with them at the most.
      this.#head += chunk.toString('latin1');
      const end = this.#head.indexOf('\r\n\r\n');
      if (end === -1) return;
      const [first = '', ...lines] = this.#head.slice(0, end).split('\r\n');
      const headers = new Map(lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), valueIn(line)]));
      const bytes = Number(headers.get('content-length') ?? 0);
      if (headers.has('transfer-encoding')) throw new Error(`This client reads no chunked answers: ${this.#head}`);
      this.#answer = { status: Number(first.split(' ')[1]), headers, bytes, left: bytes + end + 4 - this.#head.length };
      this.#head = '';
    } else {
      this.#answer.left -= chunk.length;
    }
    const answer = this.#answer;
    if (answer.left > 0) return;
    this.#answer = undefined;
    this.#settle?.resolve(answer);
  }
}

const valueIn = (line: string): string => line.slice(line.indexOf(':') + 1).trim();
