import { expect, it } from 'vitest';
import { wasmHasher } from './index.ts';

it('cannot be used in workerd, and says what to do', () => {
  expect(() => wasmHasher()).toThrow(
    /^wasmHasher\(\) cannot be used here, because this platform does not compile WebAssembly from bytes.*Leave out the option hasher/,
  );
});
