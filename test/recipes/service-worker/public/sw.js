importScripts('./coracle.js');

const registry = coracle.createRegistry({ storage: coracle.indexedDbStorage('my-registry') });
coracle.answerFetches(registry, { hosts: ['registry.example'] });

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
