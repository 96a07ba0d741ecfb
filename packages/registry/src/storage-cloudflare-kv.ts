export * from '@coracle/storage-cloudflare-kv';
