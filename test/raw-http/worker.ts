import { createRegistry } from '@coracle/registry';

/** A registry in memory. */
export default createRegistry();
