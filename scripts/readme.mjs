// Writes into README.md, between their markers, the tables of operations, which come from the operations' own docstrings,
// and how many of each service there are. `--check` only says whether the README is current.
import { readFileSync, writeFileSync } from 'node:fs';
import { operationsOf } from '../packages/core/scripts/generate-operations.mjs';
import { readModel } from '../packages/core/scripts/operation-files.mjs';

const readme = new URL('../README.md', import.meta.url);
const services = [
  { title: 'Amazon ECR Public', folder: 'ecr-public', face: 'ecrPublic' },
  { title: 'Amazon ECR', folder: 'ecr', face: 'ecr' },
];

function table({ title, folder, face }) {
  const operations = operationsOf(folder);
  return [
    `### ${title}: ${operations.length} operations`,
    '',
    `| operation | method of \`registry.${face}\` | effect |`,
    '| --- | --- | --- |',
    ...operations.map(({ name, method, doc, pages }) => {
      const methods = pages ? `\`${method}\`, \`paginate${name}\`` : `\`${method}\``;
      return `| ${name} | ${methods} | ${doc.replaceAll('|', '\\|')} |`;
    }),
  ].join('\n');
}

/** Makes the table at the top of the README, which says how much of each protocol Coracle has. */
function coverage() {
  const rows = services.map(({ title, folder }) => {
    const [there, all] = [operationsOf(folder).length, Object.keys(readModel(folder).operations).length];
    return `| ${title} | ${there === all ? `complete: all ${all} operations` : `${there} of ${all} operations`} |`;
  });
  return [
    '| topic | in Coracle |',
    '| --- | --- |',
    ...rows,
    '| OCI distribution protocol (`/v2/`) | complete: the official conformance suites find no failure |',
    '| platforms | Node 20 to 26, Bun, Deno, browsers and Cloudflare Workers, with `import` and with `require` |',
    '| [size](#sizes) | a bundle with `createRegistry()` is 80 KB, minified and gzipped. The package is 2.3 MB installed, and has two dependencies |',
  ].join('\n');
}

export function currentReadme() {
  const parts = { operations: services.map(table).join('\n\n'), coverage: coverage() };
  return Object.entries(parts).reduce(
    (text, [name, part]) =>
      text.replace(
        new RegExp(`(<!-- ${name} -->\\n)[\\s\\S]*(<!-- /${name} -->)`),
        (_, start, end) => `${start}\n${part}\n\n${end}`,
      ),
    readFileSync(readme, 'utf8'),
  );
}

const current = currentReadme();
if (!process.argv.includes('--check')) writeFileSync(readme, current);
else if (current !== readFileSync(readme, 'utf8')) {
  console.error(
    'The generated tables in README.md do not match the operations in packages/core: run node scripts/readme.mjs',
  );
  process.exitCode = 1;
}
