import { exceededBound, type Service, serialization } from '@coracle/core';
import { encodeUtf8 } from '@coracle/core/utf8';
import { decodeBase64 } from './base64.ts';
import { jsonBounds } from './json.ts';

type Shape = Service['inputs'][string]['members'][number][1];

/**
 * Reads the input of an operation from the query of a presigned URL. botocore presigns a call of the AWS JSON protocol as
 * a POST without a body, and writes each member of the input into the query. A list of texts is a repeated parameter.
 *
 * botocore writes a structure as Python prints it: `{'imageTag': 'latest'}`. A structure may also be JSON.
 * @throws SerializationException if a structure is neither, if bytes are not base64, or if a parameter that is not a list is
 * repeated
 */
export function readPresignedInput(service: Service, operation: string, query: URLSearchParams): unknown {
  const shapes = new Map(service.inputs[operation]?.members.map(([name, shape]) => [name, shape]));
  const input: Record<string, unknown> = {};
  for (const name of new Set(query.keys())) {
    const shape = shapes.get(name);
    // The parameters of the signature are no members of the input.
    if (!shape) continue;
    const texts = query.getAll(name);
    if (texts.length > 1 && shape.type !== 'list') {
      throw serialization(`The query may have the parameter '${name}' only once`);
    }
    input[name] = valueIn(name, shape, texts);
  }
  return input;
}

function valueIn(name: string, shape: Shape, texts: readonly string[]): unknown {
  const [text = ''] = texts;
  switch (shape.type) {
    case 'list':
      return texts.map((one) => valueIn(name, shape.item, [one]));
    case 'structure':
      return structureIn(name, text);
    case 'boolean':
      // botocore writes booleans as Python does. The engine refuses all other texts.
      return /^true$/i.test(text) ? true : /^false$/i.test(text) ? false : text;
    case 'integer':
    case 'long':
      return /^-?\d{1,15}$/.test(text) ? Number(text) : text;
    case 'blob':
      return bytesOf(name, text);
    default:
      return text;
  }
}

function structureIn(name: string, text: string): unknown {
  const value = literalOf(text);
  if (value === undefined) {
    throw serialization(
      `The query parameter '${name}' must be JSON: send this input in the body of a request that is signed in its header`,
    );
  }
  return value;
}

const keywords: Readonly<Record<string, string>> = { True: 'true', False: 'false', None: 'null' };

/** The maximum length of a structure in a query, in characters. Servers accept no URL of this length. */
const maxLiteral = 256 * 1024;

/** Parses a JSON text, or a Python literal of strings, numbers, lists and dicts. Returns undefined for any other text. */
function literalOf(text: string): unknown {
  if (text.length > maxLiteral) return undefined;
  // A string without an end is a token too, so that no text is searched twice for the end of a string.
  const json = text.replace(
    /'(?:[^'\\]|\\.?)*(?:'|$)|"(?:[^"\\]|\\.?)*(?:"|$)|\b(?:True|False|None)\b/gs,
    (token) => keywords[token] ?? stringOf(token),
  );
  if (exceededBound(encodeUtf8(json), jsonBounds) !== undefined) return undefined;
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

const escapes: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/** Converts a quoted string of Python or JSON to a JSON string. If the string has no end, the result is invalid JSON. */
function stringOf(token: string): string {
  const content = token.slice(1, -1);
  const isClosed = token.length > 1 && token.at(-1) === token[0] && /^(?:[^\\]|\\.)*$/s.test(content);
  return isClosed ? JSON.stringify(unescaped(content)) : '"';
}

const unescaped = (text: string): string =>
  text.replace(
    /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|(.))/gs,
    (_, short?: string, unit?: string, long?: string, sign = '') => {
      const code = Number.parseInt(short ?? unit ?? long ?? '', 16);
      if (Number.isNaN(code)) return escapes[sign] ?? sign;
      return code > 0x10_ff_ff ? '\ufffd' : String.fromCodePoint(code);
    },
  );

function bytesOf(name: string, text: string): Uint8Array {
  const bytes = decodeBase64(text);
  if (bytes === undefined) throw serialization(`The query parameter '${name}' must be base64`);
  return bytes;
}
