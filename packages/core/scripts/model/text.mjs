/** Helpers for all generators: the maximum line length, and TypeScript literals as Biome formats them. */

const WIDTH = 120;

export const header = (model) =>
  `// Written by scripts/generate.mjs from model/${model.service}.json (${model.apiVersion}). Do not edit.\n`;

export const lowerFirst = (name) => name.charAt(0).toLowerCase() + name.slice(1);

export const quoted = (text) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

/** Writes `head` and the entries in brackets: on one line if they fit, otherwise on a line each. */
export function bracketed(head, [open, close], entries, tail, indent = '') {
  const pad = open === '{' ? ' ' : '';
  const line = `${indent}${head}${open}${pad}${entries.join(', ')}${pad}${close}${tail}`;
  if (line.trimEnd().length <= WIDTH) return line;
  const rows = entries.map((entry) => `${indent}  ${entry},\n`).join('');
  return `${indent}${head}${open}\n${rows}${indent}${close}${tail}`;
}

/** Writes `head` and a union: on one line if it fits, otherwise on a line each. */
export function union(head, members, tail, indent = '') {
  const line = `${indent}${head} ${members.join(' | ')}${tail}`;
  if (line.trimEnd().length <= WIDTH) return line;
  const rows = members.map((member) => `\n${indent}  | ${member}`).join('');
  return `${indent}${head}${rows}${tail}`;
}

/** The shapes that the shape refers to, one level down. */
function references(shape) {
  const inner = [shape.member, shape.key, shape.value].filter(Boolean);
  return [...Object.values(shape.members ?? {}), ...inner].map((reference) => reference.shape);
}

/** Every shape that can be reached from the given ones, these included, in the order of first sight. */
export function reachable(model, roots) {
  const seen = new Set();
  const visit = (name) => {
    if (seen.has(name)) return;
    seen.add(name);
    for (const next of references(model.shapes[name])) visit(next);
  };
  for (const root of roots) visit(root);
  return seen;
}
