import { createRegistry } from '@coracle/registry';
import { indexedDbStorage } from '@coracle/registry/storage-indexeddb';
import { runRegistry } from '@coracle/registry/web-worker';
import { database, endpoint } from './names.ts';

runRegistry(createRegistry({ storage: indexedDbStorage(database), endpoint }));
