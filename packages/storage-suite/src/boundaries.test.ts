import { describeBoundaries } from '../../../test/support/boundaries.ts';

// Not even vitest: the rules are plain functions, so that any test runner can run them.
describeBoundaries(import.meta.url, { imports: ['@coracle/registry/core', '@coracle/registry/core/testing'] });
