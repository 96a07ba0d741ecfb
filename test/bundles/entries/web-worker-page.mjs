export { connectRegistry } from '@coracle/registry/web-worker';
