import { createRegistry } from '@coracle/registry';
import { indexedDbStorage } from '@coracle/registry/storage-indexeddb';
import { runRegistry } from '@coracle/registry/web-worker';

runRegistry(createRegistry({ storage: indexedDbStorage() }));
