import { RegistryError } from '@coracle/core';
import { describe, expect, it } from 'vitest';
import { ofV2 } from '../../test-support/served.ts';
import { errorAnswer } from './errors.ts';

describe('a failure', () => {
  it('has its code and its status', async () => {
    const error = new RegistryError('LimitExceededException', 'enough', { code: 'DENIED', status: 403 });
    const response = errorAnswer(error, { allow: 'GET' });
    expect(response.status).toBe(403);
    expect(Object.fromEntries(response.headers)).toEqual({
      'content-type': 'application/json',
      'content-length': '49',
      ...ofV2,
      allow: 'GET',
    });
    expect(await response.text()).toBe('{"errors":[{"code":"DENIED","message":"enough"}]}');
  });

  it('has the members of the exception as its detail', async () => {
    const members = { lastValidByteReceived: 3 };
    const error = new RegistryError('E', 'é', { code: 'BLOB_UPLOAD_INVALID', status: 416 }, { members });
    const response = errorAnswer(error);
    expect(response.headers.get('content-length')).toBe(String((await response.clone().arrayBuffer()).byteLength));
    expect(await response.json()).toEqual({ errors: [{ code: 'BLOB_UPLOAD_INVALID', message: 'é', detail: members }] });
  });

  it.each([429, 503])('of status %s says when to come again', (status) => {
    const error = new RegistryError('E', 'later', { code: 'TOOMANYREQUESTS', status });
    expect(errorAnswer(error).headers.get('retry-after')).toBe('1');
  });
});
