import { describeWasmHasher } from '../test-support/describe-wasm-hasher.ts';

describeWasmHasher('a page');
