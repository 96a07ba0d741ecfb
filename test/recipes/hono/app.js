import { createRegistry } from '@coracle/registry';
import { Hono } from 'hono';

export const registry = createRegistry();

export const app = new Hono();
app.get('/about', (context) => context.text('a registry'));
// Clients of AWS's API accept a base path. Container clients do not: they always call `/v2/` at the root.
app.mount('/aws', registry.fetch);
app.all('*', (context) => registry.fetch(context.req.raw));
