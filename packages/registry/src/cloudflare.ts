export * from '@coracle/cloudflare';
