/** What of a request may be written into a log, where a client must not be able to write lines, colours or secrets. */

/** Parameters of `/v2/` and of its tokens, whose values are no secret. */
const knownParameters: ReadonlySet<string> = new Set([
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

/** The target of a request, in printable ASCII without spaces. Of other parameters than those of `/v2/` only the names stay. */
export function loggedTarget(target: string): string {
  const at = target.indexOf('?');
  if (at === -1) return printable(target);
  const query = target
    .slice(at + 1)
    .split('&')
    .map(withoutSecrets)
    .join('&');
  return printable(`${target.slice(0, at)}?${query}`);
}

function withoutSecrets(parameter: string): string {
  const equals = parameter.indexOf('=');
  if (equals === -1) return parameter;
  const name = parameter.slice(0, equals);
  return knownParameters.has(name) ? parameter : `${name}=...`;
}

/** Everything but 0x21 to 0x7e is escaped as in a URL, and what is too long is cut. */
export function printable(text: string): string {
  const cut = text.length > longest ? `${text.slice(0, longest)}...` : text;
  return cut.replace(/[^\x21-\x7e]/gu, (character) =>
    [...new TextEncoder().encode(character)]
      .map((byte) => `%${byte.toString(16).padStart(2, '0').toUpperCase()}`)
      .join(''),
  );
}
