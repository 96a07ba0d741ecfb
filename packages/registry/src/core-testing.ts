export * from '@coracle/core/testing';
