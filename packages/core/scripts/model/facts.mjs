import { bracketed, header, quoted } from './text.mjs';

/** Service facts, the operations that Coracle has not got yet, and the pagination table of the whole service. */
export function factsModule(model, chosen) {
  const others = Object.keys(model.operations)
    .filter((name) => !chosen.includes(name))
    .sort();
  const pages = Object.entries(model.pagination)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([operation, page]) => {
      const results = [page.result_key].flat().map(quoted);
      return bracketed(
        `${operation}: `,
        '{}',
        [
          `inputToken: ${quoted(page.input_token)}`,
          `outputToken: ${quoted(page.output_token)}`,
          `limitKey: ${quoted(page.limit_key)}`,
          `resultKeys: [${results.join(', ')}]`,
        ],
        ',\n',
        '  ',
      );
    });
  return `${header(model)}import type { Pages, ServiceFacts } from '../shape.ts';

export const facts: ServiceFacts = { apiVersion: ${quoted(model.apiVersion)} };

/** Operations of the service that Coracle has not got yet. */
${bracketed('export const otherOperations: readonly string[] = ', '[]', others.map(quoted), ';')}

export const pagination = {
${pages.join('')}} as const satisfies Record<string, Pages>;
`;
}
