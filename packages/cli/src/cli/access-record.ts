import type { Access } from '../serve/access.ts';

/**
 * Returns the line of the JSON log for a request. Every line has the same members, so that programs can rely on them.
 * `status` is null if the client did not get the whole answer. `operation` is null if the request does not name an
 * operation of AWS.
 */
export function accessRecord({ at, milliseconds, operation, status, ...access }: Access): string {
  return JSON.stringify({
    time: at.toISOString(),
    event: 'request',
    method: access.method,
    path: access.path,
    operation: operation ?? null,
    status: status ?? null,
    milliseconds: Number(milliseconds.toFixed(3)),
    bytesIn: access.bytesIn,
    bytesOut: access.bytesOut,
  });
}
