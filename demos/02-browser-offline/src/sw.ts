import { createRegistry } from '@coracle/registry';
import { answerFetches } from '@coracle/registry/service-worker';
import { indexedDbStorage } from '@coracle/registry/storage-indexeddb';
import { database, endpoint } from './names.ts';

// TypeScript's types of pages lack these members of service workers.
interface ExtendableEvent {
  readonly request: Request;
  waitUntil(done: Promise<unknown>): void;
  respondWith(response: Promise<Response>): void;
}
declare const self: {
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(type: string, listener: (event: ExtendableEvent) => void): void;
};

/** The files of the page. build.mjs replaces this name. */
declare const SHELL: { readonly version: string; readonly files: string[] };
const cacheName = `shell-${SHELL.version}`;

answerFetches(createRegistry({ storage: indexedDbStorage(database), endpoint }), { hosts: [new URL(endpoint).host] });

self.addEventListener('install', (event) => {
  self.skipWaiting();
  const fresh = SHELL.files.map((file) => new Request(file, { cache: 'reload' }));
  event.waitUntil(caches.open(cacheName).then((cache) => cache.addAll(fresh)));
});

self.addEventListener('activate', (event) => event.waitUntil(Promise.all([self.clients.claim(), removeOldCaches()])));

// A page asks so after a forced reload.
self.addEventListener('message', (event) => event.waitUntil(self.clients.claim()));

self.addEventListener('fetch', (event) => {
  if (new URL(event.request.url).origin === location.origin) event.respondWith(answer(event.request));
});

const answer = async (request: Request): Promise<Response> =>
  (await caches.match(request, { ignoreSearch: true })) ?? fetch(request);

async function removeOldCaches(): Promise<void> {
  const old = (await caches.keys()).filter((name) => name.startsWith('shell-') && name !== cacheName);
  await Promise.all(old.map((name) => caches.delete(name)));
}
