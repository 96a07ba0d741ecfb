import { RegistryError } from '@coracle/registry';
import { runRegistry } from '../src/index.ts';

runRegistry(Promise.reject(new RegistryError('ServerException', 'the storage is closed', 'UNKNOWN')));
