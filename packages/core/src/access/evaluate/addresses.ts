/** A range of IP addresses: the bytes of an address (4 or 16), and the number of its leading bits that count. */
export interface AddressRange {
  readonly bytes: readonly number[];
  readonly bits: number;
}

/** The number of characters of the longest range: an IPv6 address that ends with an IPv4 address, and three digits. */
const longestRange = 49;

/**
 * Reads an IPv4 or IPv6 address, or a range in CIDR notation, such as `192.0.2.0/24`. An address alone is a range of one
 * address. Returns undefined if the text is neither an address nor a range.
 *
 * Reads an IPv4 address in the form of IPv6 (`::ffff:192.0.2.1`) as the IPv4 address, because servers that listen on
 * IPv6 see the addresses of IPv4 clients in this form.
 */
export function readAddressRange(text: string): AddressRange | undefined {
  if (text.length > longestRange) return undefined;
  const [, address = '', prefix] = /^([0-9a-f.:]+)(?:\/(\d{1,3}))?$/i.exec(text) ?? [];
  const bytes = address.includes(':') ? readIpv6(address) : readIpv4(address);
  if (!bytes) return undefined;
  const bits = prefix === undefined ? bytes.length * 8 : Number(prefix);
  if (bits > bytes.length * 8) return undefined;
  const isMapped = bytes.length === 16 && bits >= 96 && ipv4InIpv6.every((byte, at) => bytes[at] === byte);
  return isMapped ? { bytes: bytes.slice(12), bits: bits - 96 } : { bytes, bits };
}

/** Returns whether a range of addresses lies in another range. A range of IPv4 never lies in a range of IPv6. */
export const isInRange = (inner: AddressRange, outer: AddressRange): boolean =>
  inner.bytes.length === outer.bytes.length &&
  inner.bits >= outer.bits &&
  outer.bytes.every((byte, at) => {
    const unused = 8 - Math.min(8, Math.max(0, outer.bits - at * 8));
    return byte >> unused === (inner.bytes[at] ?? 0) >> unused;
  });

const ipv4InIpv6 = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];

function readIpv4(text: string): number[] | undefined {
  const bytes = text.split('.');
  // A leading zero would mean an octal number to some programs.
  return bytes.length === 4 && bytes.every((byte) => /^(?:0|[1-9]\d{0,2})$/.test(byte) && Number(byte) <= 255)
    ? bytes.map(Number)
    : undefined;
}

function readIpv6(text: string): number[] | undefined {
  const [, before = text, dotted] = /^(.*:)(.*\..*)$/.exec(text) ?? [];
  const ipv4 = dotted === undefined ? [] : readIpv4(dotted);
  if (!ipv4) return undefined;
  const halves = (before.endsWith('::') || ipv4.length === 0 ? before : before.slice(0, -1)).split('::');
  const [start, end] = [halves[0] ?? '', halves[1] ?? ''].map(readGroups);
  if (!start || !end || halves.length > 2) return undefined;
  const missing = 16 - start.length - end.length - ipv4.length;
  if (halves.length === 1 ? missing !== 0 : missing < 2) return undefined;
  return [...start, ...Array<number>(missing).fill(0), ...end, ...ipv4];
}

/** Returns the bytes of the groups of an IPv6 address: texts of up to four hexadecimal digits between colons. */
function readGroups(text: string): number[] | undefined {
  if (text === '') return [];
  const groups = text.split(':');
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return groups.map((group) => Number.parseInt(group, 16)).flatMap((value) => [value >> 8, value & 0xff]);
}
