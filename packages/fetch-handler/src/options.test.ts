import { describe, expect, it } from 'vitest';
import { served } from '../test-support/served.ts';
import { createFetchHandler, type FetchHandlerOptions } from './index.ts';

const { engine } = served();
const make = (options: unknown) => () => createFetchHandler(engine, options as FetchHandlerOptions);

describe('the options', () => {
  it('all have defaults', () => {
    expect(make(undefined)).not.toThrow();
    expect(make({})).not.toThrow();
    expect(
      make({ createOnPush: undefined, cors: undefined, maxBodyBytes: undefined, quirks: undefined }),
    ).not.toThrow();
  });

  it.each([undefined, null, {}, { invoke: 'me' }])('do not replace an engine: %j', (given) => {
    expect(() => createFetchHandler(given as never)).toThrow(
      new TypeError(
        'The first argument of a fetch handler must be an engine: pass the result of createEngine() or createRegistry()',
      ),
    );
  });

  it.each([
    [{ createOnPsuh: true }, `A fetch handler has no option 'createOnPsuh'; did you mean 'createOnPush'?`],
    [
      { host: 'localhost' },
      `A fetch handler has no option 'host'; it has access, createOnPush, cors, faces, maxBodyBytes, onError, quirks, readOnlyBodies`,
    ],
    [{ createOnPush: 'yes' }, `createOnPush must be true or false, not 'yes'`],
    [{ maxBodyBytes: 0 }, 'maxBodyBytes must be a whole number of bytes above 0, not 0'],
    [{ maxBodyBytes: 1.5 }, 'maxBodyBytes must be a whole number of bytes above 0, not 1.5'],
    [{ maxBodyBytes: '1kb' }, `maxBodyBytes must be a whole number of bytes above 0, not '1kb'`],
    [{ quirks: 'gcp' }, `quirks must be 'aws' or left out, not 'gcp'`],
    [{ quirks: true }, `quirks must be 'aws' or left out, not true`],
    [{ cors: {} }, `cors.origins must be '*' or a list of origins, not undefined`],
    [{ cors: true }, `cors.origins must be '*' or a list of origins, not undefined`],
    [{ cors: null }, `cors.origins must be '*' or a list of origins, not undefined`],
    [
      { cors: { origins: 'https://a.example' } },
      `cors.origins must be '*' or a list of origins, not 'https://a.example'`,
    ],
  ])('are checked: %j', (options, message) => {
    expect(make(options)).toThrow(new TypeError(message));
  });

  it.each([
    'https://a.example/',
    'https://a.example/app',
    'a.example',
    '*',
    'HTTPS://A.example',
    'https://a.example:443',
    7,
  ])('take no %j for an origin', (origin) => {
    expect(make({ cors: { origins: ['https://b.example', origin] } })).toThrow(
      /^cors\.origins must hold origins such as .* is not an origin$/,
    );
  });

  it('take origins of every kind', () => {
    const origins = ['https://a.example', 'http://localhost:5173', 'http://[::1]:81', 'null'];
    expect(make({ cors: { origins: [...origins, 'chrome-extension://abcdefgh'] } })).not.toThrow();
    expect(make({ cors: { origins: [] } })).not.toThrow();
    expect(make({ cors: { origins: '*' } })).not.toThrow();
  });
});
