import type { Face } from './face.ts';
import { respond, storedContent } from './respond.ts';
import type { ServedEngine } from './settings.ts';
import { statusOf } from './statuses.ts';
import { textAnswer } from './text.ts';

const path = /^\/logo\/[0-9a-f-]{36}\/([0-9a-f-]{36})\.png$/;

/** Makes the protocol handler that serves the logos of public repositories as images at `GET /logo/`. */
export const logos = (): Face => ({
  serve: ({ engine, settings: { gate, reveal } }) => [
    {
      isAt: (pathname) => pathname.startsWith('/logo/'),
      methods: ['GET'],
      async answer(request, url) {
        try {
          await gate.callerOf(request, url);
        } catch (error) {
          const shown = reveal(error);
          return textAnswer(statusOf(shown), shown.message);
        }
        return answerLogo(engine, url.pathname);
      },
    },
  ],

  about: () => ({ routes: ['GET  /logo/     the logos of public repositories'] }),
});

/**
 * Answers a request for the `logoUrl` of a repository's catalog data.
 *
 * Every new logo gets a new id in its URL, so browsers may cache the answer forever. The bytes come from clients, so
 * they are never sent with a type that a browser executes.
 */
async function answerLogo(engine: ServedEngine, pathname: string): Promise<Response> {
  const [, logo] = path.exec(pathname) ?? [];
  const bytes = logo === undefined ? undefined : await engine.distribution.getLogo(logo);
  if (bytes === undefined) return textAnswer(404, `There is no logo at ${pathname}`);
  const headers = {
    ...storedContent,
    // Pages of other origins may show logos.
    'cross-origin-resource-policy': 'cross-origin',
    'content-type': typeOf(bytes),
    'content-length': String(bytes.length),
    'cache-control': 'public, max-age=31536000, immutable',
  };
  return respond(200, headers, bytes);
}

/** The first bytes of each supported image type, from the MIME Sniffing standard ("Matching an image type pattern"). */
const signatures: readonly (readonly [type: string, start: readonly number[]])[] = [
  ['image/png', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ['image/jpeg', [0xff, 0xd8, 0xff]],
  ['image/gif', [0x47, 0x49, 0x46, 0x38, 0x37, 0x61]],
  ['image/gif', [0x47, 0x49, 0x46, 0x38, 0x39, 0x61]],
];

function typeOf(bytes: Uint8Array): string {
  const known = signatures.find(([, start]) => start.every((byte, i) => bytes[i] === byte));
  return known?.[0] ?? 'application/octet-stream';
}
