import { createEngine } from '@coracle/core';
import { createFetchHandler } from '@coracle/fetch-handler';
import { memoryStorage } from '@coracle/storage-memory';
import { describe, expect, it } from 'vitest';
import { answerFetches } from './index.ts';

const fetch = createFetchHandler(createEngine({ storage: memoryStorage(), services: [] }));

// The tests of requests are in test/browser, in a real service worker.
describe('answerFetches', () => {
  it('says outside of a service worker where it works', () => {
    expect(() => answerFetches({ fetch }, { hosts: ['registry.example'] })).toThrow(
      new TypeError(
        "answerFetches works only in a service worker: call it in the script that the page passes to navigator.serviceWorker.register(). Other programs call registry.fetch(request), or use awsSdk(registry) of '@coracle/registry/aws-sdk'",
      ),
    );
  });

  it.each([
    ['no registry', undefined, { hosts: [] }, 'The first argument of answerFetches must be a registry'],
    ['a fetch function', fetch, { hosts: [] }, 'The first argument of answerFetches must be a registry'],
    ['no options', { fetch }, undefined, 'answerFetches takes an object { hosts }, not Undefined'],
    ['an unknown option', { fetch }, { host: 'x' }, "answerFetches has no option 'host'; did you mean 'hosts'?"],
  ])('refuses %s', (_, registry, options, message) => {
    expect(() => answerFetches(registry as never, options as never)).toThrow(message);
  });
});
