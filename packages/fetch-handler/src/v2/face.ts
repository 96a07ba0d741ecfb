import type { Face } from '../face.ts';
import { errorAnswer } from './errors.ts';
import { serveDistribution } from './serve.ts';
import { answerToken } from './token.ts';

const isV2 = (pathname: string): boolean => pathname.startsWith('/v2/') || pathname === '/v2';
const isToken = (pathname: string): boolean => pathname === '/token' || pathname === '/token/';

/**
 * Makes the protocol handler for docker and similar clients. The handler serves the OCI distribution protocol at
 * `/v2/`, and issues tokens for `/v2/` at `/token`.
 */
export const v2 = (): Face => ({
  serve: ({ engine, settings }) => {
    const distribution = serveDistribution(engine, settings);
    return [
      {
        isAt: isV2,
        answer: (request, url) => distribution(request, url.pathname === '/v2' ? new URL('/v2/', url) : url),
      },
      {
        isAt: isToken,
        methods: ['GET', 'POST'],
        answer: (request, url) => answerToken(engine, settings, request, url),
      },
    ];
  },

  about: () => ({
    protocols: ['the OCI distribution protocol'],
    routes: [
      '     /v2/       the OCI distribution protocol: docker, podman, skopeo, oras',
      'GET  /token     tokens for it',
    ],
  }),

  refuse: (error, { path }) => (isV2(path) ? errorAnswer(error) : undefined),
});
