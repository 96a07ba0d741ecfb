import { type RawData, WebSocket } from 'ws';

/** A message of WebKit's inspector: the answer to a command, or an event. */
interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
  readonly params?: {
    readonly targetInfo?: { readonly targetId: string; readonly type: string; readonly isProvisional?: boolean };
    readonly newTargetId?: string;
    readonly message?: string | { readonly text: string };
  };
}

interface Pending {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/**
 * A connection to one page of WebKitGTK, by its remote inspector's protocol:
 * https://github.com/WebKit/WebKit/tree/main/Source/JavaScriptCore/inspector/protocol
 *
 * The page is a target behind the connection. A page that goes to another site gets another process, and so another
 * target, and the connection stays.
 */
export class Inspector {
  readonly #socket: WebSocket;
  readonly #pending = new Map<number, Pending>();
  readonly #logged: (text: string) => void;
  #target = '';
  #ids = 0;

  /** @param logged is told of each line that the page writes to its console */
  static async connect(url: string, logged: (text: string) => void): Promise<Inspector> {
    const inspector = new Inspector(new WebSocket(url), logged);
    await new Promise<void>((resolve, reject) => {
      inspector.#socket.once('error', reject);
      inspector.#onTarget = resolve;
    });
    await inspector.send('Console.enable');
    return inspector;
  }

  #onTarget: () => void = () => undefined;

  private constructor(socket: WebSocket, logged: (text: string) => void) {
    this.#socket = socket;
    this.#logged = logged;
    socket.on('message', (data: RawData) => this.#take(JSON.parse(String(data)) as Message));
    socket.on('close', () => this.#fail(new Error('The page or its browser has ended.')));
    socket.on('error', (error) => this.#fail(error));
  }

  /** Sends a command to the page and returns its result. */
  send(method: string, params: object = {}): Promise<unknown> {
    if (this.#socket.readyState !== WebSocket.OPEN) return Promise.reject(new Error('The page is closed.'));
    const id = ++this.#ids;
    const answer = new Promise((resolve, reject) => this.#pending.set(id, { resolve, reject }));
    const message = JSON.stringify({ id, method, params });
    const targeted = { targetId: this.#target, message };
    // The id of the envelope is not looked at. Only the answer of the page itself counts.
    this.#socket.send(JSON.stringify({ id: 0, method: 'Target.sendMessageToTarget', params: targeted }));
    return answer;
  }

  close(): void {
    this.#socket.close();
  }

  #take({ id, method, params = {}, result, error }: Message): void {
    if (method === 'Target.dispatchMessageFromTarget') {
      this.#take(JSON.parse(String(params.message)) as Message);
    } else if (method === 'Target.targetCreated' && params.targetInfo?.type === 'page') {
      if (!params.targetInfo.isProvisional) this.#target = params.targetInfo.targetId;
      this.#onTarget();
    } else if (method === 'Target.didCommitProvisionalTarget') {
      this.#fail(new Error('The page has gone to another site.'));
      this.#target = params.newTargetId ?? '';
      this.send('Console.enable').catch(() => undefined);
    } else if (method === 'Console.messageAdded' && typeof params.message === 'object') {
      this.#logged(params.message.text);
    } else if (id !== undefined) {
      const pending = this.#pending.get(id);
      this.#pending.delete(id);
      if (error === undefined) pending?.resolve(result);
      else pending?.reject(new Error(error.message));
    }
  }

  /** The calls that wait for an answer will never get one. */
  #fail(error: Error): void {
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
  }
}
