import { blobMembers, exceededBound, type Service, serialization } from '@coracle/core';
import { decodeUtf8, encodeUtf8 } from '@coracle/core/utf8';
import { decodeBase64 } from './base64.ts';
import { isObject, type JsonObject, jsonBounds, type Path, placeOf } from './json.ts';
import { readLongBlob } from './long-blob.ts';

/**
 * Reads the input in a body of AWS JSON 1.1 (Smithy's "AWS JSON 1.1 protocol"): a JSON object. An empty body means an
 * empty object. Bytes are base64 in the body and become Uint8Arrays. All other members stay as they came.
 * @throws SerializationException if it cannot be read
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
 * Checks the limits of a JSON text.
 * @throws SerializationException if the text exceeds one, so that parsing it could take too long
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
 * Replaces base64 by its bytes, in place. A value that is not a string stays, and the engine refuses it.
 * @throws SerializationException if a string is not base64
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
