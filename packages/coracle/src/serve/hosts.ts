import { callerOf, isAwsHost } from '@coracle/fetch-handler';

/** Which hosts a server answers for, beside those that every server does. */
export interface HostRules {
  /** The address or name that it listens at. */
  readonly host: string;
  /** Where clients reach it, if that is another address. */
  readonly endpoint: URL | undefined;
  /** Names such as `registry.example.com`, `*.example.com` for all below a name, or `*` for all. */
  readonly allowHosts: readonly string[];
}

/** Endings of names that no public page can have: RFC 6761, 6762, 8375, ICANN's `.internal`, and Kubernetes' services. */
const privateEndings = ['.localhost', '.local', '.internal', '.test', '.home.arpa', '.svc'];

/**
 * Says whether a server answers for a name. A page of `evil.example` can have its own name point at 127.0.0.1 (DNS
 * rebinding): for the browser it then asks its own origin, and may do everything. The Host header still has that name.
 * An IP address, or a name that no public page has, cannot come from such a page.
 * @param name as `URL.hostname` gives it
 */
export function answersFor(name: string, { host, endpoint, allowHosts }: HostRules): boolean {
  const plain = name.replace(/\.$/, '');
  return (
    isAddress(plain) ||
    !plain.includes('.') ||
    privateEndings.some((ending) => plain.endsWith(ending)) ||
    plain === host.toLowerCase() ||
    plain === endpoint?.hostname ||
    isAwsHost(plain) ||
    callerOf({ host: plain }).region !== undefined ||
    allowHosts.some((allowed) => allows(allowed.toLowerCase(), plain))
  );
}

const isAddress = (name: string): boolean => name.startsWith('[') || /^\d+(?:\.\d+){3}$/.test(name);

const allows = (allowed: string, name: string): boolean =>
  allowed === '*' || (allowed.startsWith('*.') ? name.endsWith(allowed.slice(1)) : name === allowed);

/** The name in a Host header or in the target of a request, without its port; undefined if it is none. */
export function nameOf(host: string): string | undefined {
  // Letters of a URL that stand for more than a host, as a user before it.
  if (/[@/\\?#\s]/.test(host) || !URL.canParse(`http://${host}/`)) return undefined;
  return new URL(`http://${host}/`).hostname;
}

/** Whether a text can be given as a host to answer for. */
export const isHostRule = (text: string): boolean =>
  text === '*' || nameOf(text.replace(/^\*\./, '')) === text.replace(/^\*\./, '').toLowerCase();
