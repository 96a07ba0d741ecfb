export { createRegistry } from '@coracle/registry';
