import { digestOf, MiB, patterned } from './client.ts';

/** The blobs of the tests in which a push breaks off: the small one is pushed before, and the large one breaks off. */
export const repository = 'team/web';
export const small = patterned(1000);
export const large = patterned(20 * MiB + 7);
export const digest = digestOf(large);
/** The sizes of the pieces of both blobs. */
export const all = [1000, 4 * MiB + 7, 8 * MiB, 8 * MiB];
