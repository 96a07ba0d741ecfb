/**
 * These functions make a text from a client safe for a log. A client must not be able to write line breaks, terminal
 * colours or secrets into the log.
 */

/** The query parameters of `/v2/` and of its token service whose values are not secret. */
const knownParameters: ReadonlySet<string> = new Set([
  // The header `Location` of an upload has this parameter if the storage has no atomic commits.
  '_state',
  'account',
  'artifactType',
  'client_id',
  'digest',
  'digest-algorithm',
  'from',
  'last',
  'mount',
  'n',
  'offline_token',
  'scope',
  'service',
  'tag',
]);

const longest = 1000;

/**
 * Returns the path and query of a request in printable ASCII without spaces. The value of an unknown query parameter is
 * left out. The user and the password in a full URL are removed.
 */
export function loggedTarget(target: string): string {
  const at = target.indexOf('?');
  const path = (at === -1 ? target : target.slice(0, at)).replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/]*@/i, '$1');
  if (at === -1) return printable(path);
  const query = target
    .slice(at + 1)
    .split('&')
    .map(withoutSecrets)
    .join('&');
  return printable(`${path}?${query}`);
}

function withoutSecrets(parameter: string): string {
  const equals = parameter.indexOf('=');
  if (equals === -1) return parameter;
  const name = parameter.slice(0, equals);
  return knownParameters.has(name) ? parameter : `${name}=...`;
}

/**
 * Percent-encodes each character outside of 0x21 to 0x7e as UTF-8, and shortens a text of more than 1,000 characters.
 */
export function printable(text: string): string {
  const escaped = text
    .slice(0, longest + 1)
    .replace(/[^\x21-\x7e]/gu, (character) =>
      [...new TextEncoder().encode(character)]
        .map((byte) => `%${byte.toString(16).padStart(2, '0').toUpperCase()}`)
        .join(''),
    );
  return escaped.length > longest ? `${escaped.slice(0, longest)}...` : escaped;
}
