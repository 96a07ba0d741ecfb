import type { IncomingMessage } from 'node:http';
import { earlyRefusal, type OriginRule, originRefusal } from '@coracle/registry/fetch-handler';
import { answersFor, type HostRules, nameOf } from './hosts.ts';
import type { Naming } from './naming.ts';

/**
 * The rules by which a server refuses a request before it reads the path: the allowed hosts and the allowed origins.
 */
export interface Rules extends HostRules {
  /** The origins of web pages that may send requests which change the registry. */
  readonly origins: OriginRule['allowed'];
  /** The function that names an option in an error text, as an option of `serve()` or as a flag. */
  readonly naming: Naming;
}

type Refusal = readonly [status: number, sentence: string];

/** The maximum number of characters of a host name in DNS. */
const longestName = 253;

/**
 * Makes a function that refuses requests which a web page of another site may have sent. The function returns the
 * response of the refusal, or undefined if the request is allowed. The status of the response is 421 if the server does
 * not answer for the host (RFC 9110, "421 Misdirected Request"), and 403 if the origin of the page is not allowed.
 */
export function refuser(rules: Rules): (request: IncomingMessage) => Response | undefined {
  const origin = { allowed: rules.origins, endpoint: rules.endpoint, option: rules.naming('cors.origins') };
  // Most clients send the same host each time.
  let known: string | undefined;

  function refuseHost(host: string | undefined): Refusal | undefined {
    // HTTP/1.0 has no Host header, and no browser speaks it.
    if (host === undefined || host === known) return undefined;
    const name = nameOf(host);
    if (name === undefined) return [400, 'The Host header names no host'];
    if (!answersFor(name, rules)) {
      const shown = name.slice(0, longestName);
      return [421, `Coracle does not serve the host ${shown}: allow it with ${rules.naming('allowHosts')}`];
    }
    known = host;
    return undefined;
  }

  function refuseOrigin({ method = '', headers }: IncomingMessage, host: string | undefined): Refusal | undefined {
    const site = headers['sec-fetch-site'];
    const facts = { method, host, origin: headers.origin, site: typeof site === 'string' ? site : undefined };
    const sentence = originRefusal(facts, origin);
    return sentence === undefined ? undefined : [403, sentence];
  }

  return (request) => {
    const host = hostOf(request);
    const refused = refuseHost(host) ?? refuseOrigin(request, host);
    if (!refused) return undefined;
    const target = request.headers['x-amz-target'];
    const facts = { path: pathOf(request), target: typeof target === 'string' ? target : undefined };
    return earlyRefusal(...refused, facts);
  };
}

/**
 * Returns the host of a request. If the request line has a full URL, the host in it replaces the Host header (RFC 9112,
 * 3.2.2).
 */
function hostOf({ url = '', headers }: IncomingMessage): string | undefined {
  const [, absolute] = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(url) ?? [];
  return absolute ?? headers.host;
}

/**
 * Returns the path of a request without its query. If the request line has a full URL, its scheme and host are removed.
 */
export const pathOf = ({ url = '' }: IncomingMessage): string =>
  url.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '').replace(/[?#].*$/, '');
