import type { Face } from './face.ts';
import { textAnswer } from './text.ts';

/** Makes the protocol handler of the home page: a text at `GET /` that names the registry and lists its routes. */
export const home = (): Face => ({
  serve: ({ engine, faces }) => [
    {
      isAt: (pathname) => pathname === '/',
      methods: ['GET'],
      answer: async () => {
        const all = faces.flatMap(({ about }) => about?.(engine) ?? []);
        const protocols = all.flatMap((one) => one.protocols ?? []);
        const routes = all.flatMap((one) => one.routes);
        const spoken = protocols.length === 0 ? '' : `: ${listed(protocols)}`;
        return textAnswer(200, [`Coracle, a container registry${spoken}.`, '', ...routes].join('\n'));
      },
    },
  ],
});

/** Joins words as an English sentence lists them: `a, b and c`. */
const listed = (words: readonly string[]): string => words.join(', ').replace(/, ([^,]*)$/, ' and $1');
