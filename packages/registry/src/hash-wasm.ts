export * from '@coracle/hash-wasm';
