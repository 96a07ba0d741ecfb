import { type OciCode, RegistryError } from '@coracle/core';
import { encodeUtf8 } from '@coracle/core/utf8';
import { retryAfter, statusOf, withStatus } from '../statuses.ts';
import { answer } from './answer.ts';

/** Writes failures as `/v2/` answers them ("Error Codes" of the OCI distribution specification). */

/**
 * Makes the error of a request that the `/v2/` handler itself refuses, with an HTTP status. If the engine refuses a
 * request, the engine itself makes the error.
 */
export const refusal = (code: OciCode, status: number, message: string): RegistryError =>
  withStatus(status, new RegistryError('InvalidParameterException', message, code));

/**
 * Makes the answer of `/v2/` to an error: JSON with the error's code and message, and with the error's members as
 * `detail`.
 */
export function errorAnswer(error: RegistryError, headers?: Readonly<Record<string, string>>): Response {
  const { message, members, ociCode: code } = error;
  const status = statusOf(error);
  const detail = Object.keys(members).length === 0 ? {} : { detail: members };
  return jsonAnswer(status, { errors: [{ code, message, ...detail }] }, { ...retryAfter(status), ...headers });
}

export const jsonAnswer = (status: number, value: unknown, headers?: Readonly<Record<string, string>>): Response =>
  jsonTextAnswer(status, JSON.stringify(value), headers);

export function jsonTextAnswer(status: number, json: string, headers?: Readonly<Record<string, string>>): Response {
  const body = encodeUtf8(json);
  const known = { 'content-type': 'application/json', 'content-length': String(body.length) };
  return answer(status, { ...known, ...headers }, body);
}
