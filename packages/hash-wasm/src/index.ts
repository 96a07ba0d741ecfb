export { wasmHasher } from './wasm-hasher.ts';
