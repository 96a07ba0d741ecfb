import { describe, expect, it } from 'vitest';
import { callObject } from './call-object.ts';
import type { RegistryStub } from './messages.ts';

const settings = { pieces: 'PIECES' };
const reset = Object.assign(new Error('The object was reset'), { retryable: true, durableObjectReset: true });
const overloaded = Object.assign(new Error('The object is overloaded'), { retryable: true, overloaded: true });
const wait = async () => undefined;

/** An object whose calls fail with these errors, one after the other, and succeed afterwards. */
function failing(...errors: readonly Error[]) {
  let calls = 0;
  const stub: RegistryStub = {
    call: async () => {
      const error = errors[calls++];
      if (error) throw error;
      return { value: 'done' };
    },
  };
  return { object: () => stub, calls: () => calls };
}

describe('a call of the object', () => {
  it('is repeated after a restart of the object, if it only reads', async () => {
    const { object, calls } = failing(reset, reset);
    expect(await callObject(object, { settings, method: 'getManifest', args: [] }, wait)).toBe('done');
    expect(calls()).toBe(3);
  });

  it.each([
    ['putManifest', reset],
    ['finishUpload', reset],
    ['invoke', reset],
    ['getManifest', overloaded],
    ['getManifest', new Error('no such method')],
  ])('is not repeated: %s after %s', async (method, error) => {
    const { object, calls } = failing(error);
    await expect(callObject(object, { settings, method, args: [] }, wait)).rejects.toMatchObject({
      name: 'ServerException',
      retryable: true,
      cause: error,
    });
    expect(calls()).toBe(1);
  });

  it('fails after four attempts', async () => {
    const { object, calls } = failing(reset, reset, reset, reset);
    await expect(callObject(object, { settings, method: 'locateBlob', args: [] }, wait)).rejects.toThrow('Try again');
    expect(calls()).toBe(4);
  });

  it('throws the failure of the engine as it is, and once', async () => {
    let calls = 0;
    const failure = { name: 'LayersNotFoundException', message: 'gone', ociCode: 'BLOB_UNKNOWN' } as const;
    const call = async () => {
      calls++;
      return { failure: { ...failure, members: {}, fault: 'client', retryable: false } } as const;
    };
    const called = callObject(() => ({ call }), { settings, method: 'locateBlob', args: [] }, wait);
    await expect(called).rejects.toMatchObject({ ...failure, fault: 'client' });
    expect(calls).toBe(1);
  });
});
