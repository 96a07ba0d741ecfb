export { createRegistry } from 'coracle';
