// Writes the table of operations into README.md, between its two markers. It comes from the operations' own
// docstrings; `--check` only says whether the README is current.
import { readFileSync, writeFileSync } from 'node:fs';
import { operationsOf } from '../packages/core/scripts/generate-operations.mjs';

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
    `| operation | \`registry.${face}\` | |`,
    '| --- | --- | --- |',
    ...operations.map(({ name, method, doc, pages }) => {
      const methods = pages ? `\`${method}\`, \`paginate${name}\`` : `\`${method}\``;
      return `| ${name} | ${methods} | ${doc.replaceAll('|', '\\|')} |`;
    }),
  ].join('\n');
}

export function currentReadme() {
  const text = readFileSync(readme, 'utf8');
  const tables = services.map(table).join('\n\n');
  return text.replace(
    /(<!-- operations -->\n)[\s\S]*(<!-- \/operations -->)/,
    (_, start, end) => `${start}\n${tables}\n\n${end}`,
  );
}

const current = currentReadme();
if (!process.argv.includes('--check')) writeFileSync(readme, current);
else if (current !== readFileSync(readme, 'utf8')) {
  console.error('The table of operations in README.md is not current: run node scripts/readme.mjs');
  process.exitCode = 1;
}
