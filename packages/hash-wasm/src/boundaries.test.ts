import { describeBoundaries } from '../../../test/support/boundaries.ts';

describeBoundaries(import.meta.url, { imports: ['@coracle/core', 'hash-wasm'] });
