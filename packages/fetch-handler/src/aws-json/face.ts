import type { Face } from '../face.ts';
import { respond } from '../respond.ts';
import { retryAfter, statusOf } from '../statuses.ts';
import { contentType } from './door.ts';
import { serveAwsJson } from './serve.ts';
import { targetOf } from './target.ts';

/**
 * Makes the protocol handler for the AWS SDKs and the AWS CLI. The handler answers AWS JSON 1.1 requests to the
 * engine's services at `POST /`.
 */
export const awsJson = (): Face => ({
  serve: ({ engine, settings }) => [
    { isAt: (pathname) => pathname === '/', methods: ['POST'], answer: serveAwsJson(engine, settings) },
  ],

  about: ({ services }) => {
    const targets = services.map(({ name }) => targetOf(name, '<operation>'));
    return {
      protocols: services.map(({ title }) => title),
      routes: [`POST /          AWS JSON 1.1, by X-Amz-Target: ${targets.join('\n                or ')}`],
    };
  },

  refuse: (error, { path, target }) => {
    if (path !== '/' || target === null || target === undefined) return undefined;
    const { name, message } = error;
    const status = statusOf(error);
    return respond(
      status,
      { 'content-type': contentType, ...retryAfter(status) },
      JSON.stringify({ __type: name, message }),
    );
  },
});
