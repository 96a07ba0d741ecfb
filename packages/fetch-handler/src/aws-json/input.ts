import { blobMembers, exceededBound, type Service, serialization } from '@coracle/core';
import { decodeUtf8, encodeUtf8 } from '@coracle/core/utf8';
import { decodeBase64 } from './base64.ts';
import { isObject, type JsonObject, jsonBounds, type Path, placeOf } from './json.ts';
import { readLongBlob } from './long-blob.ts';

/**
 * Reads the input of an operation from the body of an AWS JSON 1.1 request (Smithy's "AWS JSON 1.1 protocol"). An empty
 * body means an empty object.
 *
 * Members of the type blob are base64 in the body, and are returned as Uint8Arrays. All other members are returned as
 * `JSON.parse` returns them.
 * @throws SerializationException if the body is not a JSON object, or if a blob is not base64
 */
export function readInput(service: Service, operation: string, body: string | Uint8Array): unknown {
  const paths = blobMembers(service, operation);
  const input = readLongBlob(body, paths) ?? parseBounded(body);
  for (const path of paths) decodeMember(input, path);
  return input;
}

function parseBounded(body: string | Uint8Array): JsonObject {
  checkBounds(typeof body === 'string' ? encodeUtf8(body) : body);
  return parse(typeof body === 'string' ? body : textOf(body));
}

/**
 * Checks how deep a JSON text is nested and how many values it has. This happens before the text is parsed.
 * @throws SerializationException if the text exceeds a limit, because parsing such a text could take too long
 */
function checkBounds(json: Uint8Array): void {
  const exceeded = exceededBound(json, jsonBounds);
  if (exceeded === 'depth')
    throw serialization(`The body of the request may nest objects and lists at most ${jsonBounds.depth} levels deep`);
  if (exceeded === 'values')
    throw serialization(`The body of the request may have at most ${jsonBounds.values} JSON values`);
}

function textOf(bytes: Uint8Array): string {
  try {
    return decodeUtf8(bytes, { fatal: true });
  } catch {
    throw serialization('The body of the request must be UTF-8');
  }
}

function parse(text: string): JsonObject {
  if (text === '') return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw serialization(
      `The body of the request must be JSON: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  if (!isObject(value)) throw serialization('The body of the request must be a JSON object');
  return value;
}

/**
 * Replaces the base64 string at `path` in the object `input` by the decoded bytes. A value that is not a string stays
 * as it is. The engine refuses such a value later.
 * @throws SerializationException if the string is not base64
 */
function decodeMember(input: JsonObject, path: Path): void {
  const place = placeOf(input, path);
  if (place === undefined) return;
  const { holder, member } = place;
  const text = holder[member];
  if (typeof text !== 'string') return;
  const bytes = decodeBase64(text);
  if (bytes === undefined) throw serialization(`The value at '${path.join('.')}' in the request must be base64`);
  holder[member] = bytes;
}
