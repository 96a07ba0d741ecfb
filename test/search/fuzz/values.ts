import * as fc from 'fast-check';

/** Values that may break parsers: deep, long, large, and of other types. */

/** Stands for so many levels, which JSON.stringify itself could not write. */
const deep = (kind: 'lists' | 'objects', levels: number): string => `@${kind} ${levels}@`;

export const asJson = (value: unknown): string =>
  JSON.stringify(value).replace(/"@(lists|objects) (\d+)@"/g, (_, kind, levels) =>
    kind === 'lists'
      ? `${'['.repeat(levels)}1${']'.repeat(levels)}`
      : `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`,
  );

export const oddText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('', ' ', '\u0000', '\ud800', 'ä', '%00', '../..', '__proto__', 'constructor', 'null', '-1', '1e400'),
  fc
    .tuple(fc.constantFrom('A', 'A', 'A', '=', 'é', '['), fc.constantFrom(300, 5_000, 200_000, 200_000))
    .map(([one, times]) => `@${one} x ${times}@`),
);

/** Writes out what stands for a long text, so that a failing one can be read. */
export const expanded = (text: string): string =>
  text.replace(/@(.) x (\d+)@/gu, (_, one: string, times) => one.repeat(Number(times)));

const odd: fc.Arbitrary<unknown> = fc.oneof(
  oddText,
  fc.constantFrom<unknown>(null, true, [], {}, 0, -0, -1, 0.5, 1e308, 2 ** 53, 2 ** 31, Number.MAX_SAFE_INTEGER),
  // Some fit into the 10,240 characters of a policy.
  fc.constantFrom(deep('lists', 3_000), deep('lists', 5_000), deep('objects', 1_500), deep('objects', 100_000)),
  fc.jsonValue(),
);

/** The value with odd ones in the place of some of its own, members taken away, and strange members added. */
export function mutated(value: unknown): fc.Arbitrary<unknown> {
  const whole = { weight: 2, arbitrary: odd };
  if (Array.isArray(value)) {
    const items = fc.tuple(...value.map((item) => mutated(item)));
    const repeated = fc.nat(150).map((times) => Array.from({ length: times }, () => value[0] as unknown));
    return fc.oneof({ weight: 8, arbitrary: items }, { weight: 1, arbitrary: repeated }, whole);
  }
  if (typeof value === 'object' && value !== null) {
    const members = fc.record(
      Object.fromEntries(Object.entries(value).map(([name, member]) => [name, mutated(member)])),
      { requiredKeys: [], noNullPrototype: true },
    );
    const usual = fc.tuple(members, fc.constant(value)).map(([some, all]) => ({ ...all, ...some }));
    const more = fc.tuple(usual, oddText, odd).map(([all, name, one]) => ({ ...all, [name]: one }));
    return fc.oneof(
      { weight: 12, arbitrary: usual },
      { weight: 1, arbitrary: members },
      { weight: 1, arbitrary: more },
      whole,
    );
  }
  return fc.oneof({ weight: 7, arbitrary: fc.constant(value) }, whole);
}

/** Bytes that are almost those of the text. */
export function broken(text: string): fc.Arbitrary<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  return fc
    .tuple(fc.nat(bytes.length), fc.nat(bytes.length), fc.uint8Array({ maxLength: 4 }), fc.boolean())
    .map(([at, end, put, cut]) => {
      const rest = bytes.subarray(cut ? Math.max(at, end) : at + put.length);
      return Uint8Array.from([...bytes.subarray(0, at), ...put, ...rest]);
    });
}

/** Texts that a header can hold. */
export const oddHeader: fc.Arbitrary<string> = fc.oneof(
  fc.string({
    unit: fc
      .integer({ min: 0x20, max: 0xff })
      .filter((one) => one !== 0x7f)
      .map((one) => String.fromCharCode(one)),
    maxLength: 30,
  }),
  fc.constantFrom('', '0', '-1', '1', '5', '99999999999999999999', 'bytes=0-', 'bytes=0-0', 'bytes=5-2', 'bytes=-1'),
  fc.constantFrom('bytes=0-0,2-3', 'bytes=abc', 'bytes=-0', '0-0', '0-4', '5-9', '4-0', 'bytes 0-4/5', '*/*', 'gzip'),
  fc.constantFrom('Basic', 'Basic !', 'Bearer a.b', 'Basic QVdTOmE=', 'Bearer @A x 200000@', ', ,;=', 'a/b;q=x'),
  fc.constantFrom('application/json', 'application/vnd.oci.image.index.v1+json', 'text/plain; charset=ä'),
);
