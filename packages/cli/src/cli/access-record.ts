import type { Access } from '../serve/access.ts';

/**
 * Writes a request as one line of JSON. It has the same members each time, so that programs can rely on them. The
 * status is null if the answer did not reach the client, the operation if the request names none of AWS.
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
