import { RegistryError } from '@coracle/core';
import { describe, expect, it } from 'vitest';
import { ofV2 } from '../../test-support/served.ts';
import { errorAnswer } from './errors.ts';

describe('a failure', () => {
  it('has its code and its status', async () => {
    const error = new RegistryError('LimitExceededException', 'enough', 'DENIED');
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
    const error = new RegistryError('InvalidLayerPartException', 'é', 'BLOB_UPLOAD_INVALID', { members });
    const response = errorAnswer(error);
    expect(response.headers.get('content-length')).toBe(String((await response.clone().arrayBuffer()).byteLength));
    expect(await response.json()).toEqual({ errors: [{ code: 'BLOB_UPLOAD_INVALID', message: 'é', detail: members }] });
  });

  it.each([
    [429, new RegistryError('ThrottlingException', 'later', 'TOOMANYREQUESTS')],
    [503, new RegistryError('ServerException', 'later', 'UNKNOWN', { fault: 'server', retryable: true })],
  ])('of status %s says when to come again', (status, error) => {
    const response = errorAnswer(error);
    expect(response.status).toBe(status);
    expect(response.headers.get('retry-after')).toBe('1');
  });
});
