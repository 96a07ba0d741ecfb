import { nodeListener } from '@coracle/cli';
import { createRegistry } from '@coracle/registry';
import Fastify from 'fastify';

export const registry = createRegistry();
const listener = nodeListener(registry);

export const app = Fastify();
app.get('/about', () => 'a registry');
app.register(async (routes) => {
  // The registry reads the bodies itself.
  routes.removeAllContentTypeParsers();
  routes.addContentTypeParser('*', (_request, _body, done) => done(null));
  routes.all('/*', (request, reply) => {
    reply.hijack();
    listener(request.raw, reply.raw);
  });
});
