export * from '@coracle/core';
