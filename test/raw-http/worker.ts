import { createRegistry } from 'coracle';

/** A registry in memory. */
export default createRegistry();
