import { type OciCode, RegistryError } from '@coracle/core';
import { answer } from './answer.ts';

/** Failures as `/v2/` answers them: "Error Codes" of the OCI distribution specification. */

/** A failure that only HTTP knows; what a registry refuses comes from the engine. */
export const refusal = (code: OciCode, status: number, message: string): RegistryError =>
  new RegistryError('InvalidParameterException', message, { code, status });

/** The answer to a failure. What is no RegistryError is the server's own fault. */
export function errorAnswer(error: unknown, headers?: Readonly<Record<string, string>>): Response {
  const known =
    error instanceof RegistryError ? error : refusal('UNKNOWN', 500, `The registry failed: ${textOf(error)}`);
  const { code, status } = known.oci;
  const detail = Object.keys(known.members).length === 0 ? {} : { detail: known.members };
  return jsonAnswer(status, { errors: [{ code, message: known.message, ...detail }] }, headers);
}

export function jsonAnswer(status: number, value: unknown, headers?: Readonly<Record<string, string>>): Response {
  const body = new TextEncoder().encode(JSON.stringify(value));
  const known = { 'content-type': 'application/json', 'content-length': String(body.length) };
  return answer(status, { ...known, ...headers }, body);
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
