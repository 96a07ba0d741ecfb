import { type Service, serialization } from '@coracle/core';
import { decodeBase64 } from './base64.ts';

type Shape = Service['inputs'][string]['members'][number][1];

/**
 * Reads the input of an operation from the query of a presigned URL. botocore presigns a call of the AWS JSON protocol as
 * a POST without a body, and writes each member of the input into the query. A list of texts is a repeated parameter.
 *
 * botocore writes structures as Python prints them. Such a text cannot be read safely, so a structure must be JSON.
 * @throws SerializationException if a structure is not JSON, or if bytes are not base64
 */
export function readPresignedInput(service: Service, operation: string, query: URLSearchParams): unknown {
  const shapes = new Map(service.inputs[operation]?.members.map(([name, shape]) => [name, shape]));
  const input: Record<string, unknown> = {};
  for (const name of new Set(query.keys())) {
    const shape = shapes.get(name);
    // The parameters of the signature are no members of the input.
    if (shape) input[name] = valueIn(name, shape, query.getAll(name));
  }
  return input;
}

function valueIn(name: string, shape: Shape, texts: readonly string[]): unknown {
  const [text = ''] = texts;
  switch (shape.type) {
    case 'list':
      return texts.map((one) => valueIn(name, shape.item, [one]));
    case 'structure':
      return jsonOf(name, text);
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

function jsonOf(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw serialization(
      `The query parameter '${name}' must be JSON: send this input in the body of a request that is signed in its header`,
    );
  }
}

function bytesOf(name: string, text: string): Uint8Array {
  const bytes = decodeBase64(text);
  if (bytes === undefined) throw serialization(`The query parameter '${name}' must be base64`);
  return bytes;
}
