import { authorized } from '../closed/credentials.ts';
import { awsJsonRequest } from './aws-json.ts';
import { oddRequest, roomiestRequest } from './odd.ts';
import { Random } from './random.ts';
import { type FuzzRequest, regions } from './request.ts';
import { mannerFor, send } from './send.ts';
import { V2Requests } from './v2.ts';

/**
 * Whether access is open. If it is closed, requests are sent by strangers without good credentials, or by callers with a
 * password or a signature.
 */
export type FuzzAccess = 'open' | 'stranger' | 'caller';

export interface SendingOptions {
  readonly seed: number;
  readonly access: FuzzAccess;
  /** Whether the server is workerd, which answers some messages with 500 itself and leaves connections open. */
  readonly inWorkerd?: boolean;
  /** Is called after each request, with the number of requests that were sent. */
  readonly sent?: (count: number) => Promise<void>;
}

const senders = 24;

/** Sends requests of all kinds to a server, from several senders at once, and counts the answers. */
export class Sending {
  /** Answers by status; `none`: the connection ended without one. */
  readonly statuses: Record<string, number> = {};
  /** Requests that were answered by 500, or never. */
  readonly failures: string[] = [];
  /** The number of requests that succeeded and stored something. */
  stored = 0;
  count = 0;
  readonly #url: URL;
  readonly #options: SendingOptions;
  readonly #lanes: readonly Lane[];
  #begun = 0;

  constructor(url: URL, options: SendingOptions) {
    this.#url = url;
    this.#options = options;
    this.#lanes = Array.from({ length: senders }, (_, nth) => laneOf(options.seed * senders + nth));
  }

  /** Sends until there were so many requests, or until `isOver` says so. */
  async until(end: number, isOver: () => boolean = () => false): Promise<void> {
    const lane = async ({ random, next }: Lane): Promise<void> => {
      while (this.#begun < end && !isOver()) {
        this.#begun++;
        await this.#one(next(), random);
        this.count++;
        await this.#options.sent?.(this.count);
      }
    };
    await Promise.all(this.#lanes.map(lane));
  }

  /** Notes a failure if a request that needs all the room of the server does not get it. */
  async askForAllRoom(): Promise<void> {
    const random = new Random(this.#options.seed);
    const request = this.#options.access === 'open' ? roomiestRequest : await withCredentials(roomiestRequest, random);
    const { statuses } = await send(this.#url, request, 'plain', random);
    if (statuses[0] !== '400') this.failures.push(`room is held after ${this.count} requests: ${statuses}`);
  }

  async #one(usual: FuzzRequest, random: Random): Promise<void> {
    const { access, inWorkerd = false } = this.#options;
    const manner = mannerFor(random, usual);
    const known = access === 'caller' ? await withCredentials(usual, random) : usual;
    const request = inWorkerd ? { ...known, ends: true } : known;
    const { statuses: all, head, hung } = await send(this.#url, request, manner, random);
    if (all.length === 0) all.push('none');
    for (const status of all) this.statuses[status] = (this.statuses[status] ?? 0) + 1;
    const [status] = all.map(Number);
    if (hung || (all.includes('500') && !(inWorkerd && isUnreadable(request))))
      this.failures.push(described(request, manner, hung ? 'no answer' : head));
    if (status !== undefined && status >= 200 && status < 300 && request.stores) this.stored++;
    if (status !== undefined) request.heard?.(status, head);
  }
}

/** Returns whether workerd cannot read a request, so that it does not run the Worker. */
const isUnreadable = ({ target, headers = {} }: FuzzRequest): boolean =>
  !target.startsWith('/') || headers['host'] !== undefined || headers['transfer-encoding'] !== undefined;

/** Adds a password or a signature to a request. Its own credentials stay, unless a call of AWS has to be signed. */
async function withCredentials(request: FuzzRequest, random: Random): Promise<FuzzRequest> {
  const { headers = {}, body = new Uint8Array() } = request;
  const target = headers['x-amz-target'];
  if (target === undefined && headers['authorization'] !== undefined) return request;
  const region = regions.find((one) => headers['authorization']?.includes(`/${one}/`)) ?? regions[0];
  // botocore does not announce the hash of a body, and the AWS SDK does.
  const signing = { region, applyChecksum: random.chance(0.5) };
  return { ...request, headers: { ...headers, ...(await authorized({ host: 'localhost', target, body }, signing)) } };
}

interface Lane {
  readonly random: Random;
  readonly next: () => FuzzRequest;
}

/** A sender, which knows of the registry what it was answered itself. */
function laneOf(seed: number): Lane {
  const random = new Random(Math.imul(seed, 0x9e3779b1));
  const v2 = new V2Requests(random);
  const next = (): FuzzRequest => {
    const kind = random.next();
    return kind < 0.65 ? v2.next() : kind < 0.88 ? awsJsonRequest(random) : oddRequest(random);
  };
  return { random, next };
}

function described({ method, target, headers, body }: FuzzRequest, manner: string, answer: string): string {
  const shownHeaders = JSON.stringify(headers ?? {}).slice(0, 300);
  const shownBody = Buffer.from(body ?? []).toString('latin1', 0, 200);
  return `${method} ${target.slice(0, 200)} ${shownHeaders}, ${manner}, ${body?.length ?? 0} bytes ${JSON.stringify(shownBody)}: ${answer}`;
}
