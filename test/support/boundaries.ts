import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, posix, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { httpWords } from './http-words.ts';

/** The imports that a package allows from outside, and between the folders inside it. Paths are those below `src/`. */
export interface Boundaries {
  /** Modules that any source may import: by name, or by the start of names, which ends in `/` or `:`. */
  readonly imports?: readonly string[];
  /** Further modules for sources whose path matches. */
  readonly importsIn?: readonly { readonly path: RegExp; readonly imports: readonly string[] }[];
  /** Folders that may not import from other folders. */
  readonly apart?: readonly { readonly from: string; readonly notFrom: readonly string[] }[];
  /** Whether no source may say a word of HTTP, in its code, its texts and its comments. */
  readonly withoutHttp?: boolean;
}

export interface Source {
  /** Below `src/`, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** Lists, by the compiler's own parser, imports of types, re-exports, `import()` in types and in code, none in comments. */
function importsOf(file: ts.SourceFile): ReadonlySet<string> {
  const imports = new Set(file.typeReferenceDirectives.map(({ fileName }) => fileName));
  const visit = (node: ts.Node): void => {
    const specifier = specifierOf(node);
    if (specifier !== undefined) imports.add(specifier);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return imports;
}

function specifierOf(node: ts.Node): string | undefined {
  let specifier: ts.Node | undefined;
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) specifier = node.moduleSpecifier;
  else if (ts.isExternalModuleReference(node)) specifier = node.expression;
  else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) specifier = node.argument.literal;
  else if (ts.isCallExpression(node)) {
    const { expression } = node;
    const loads =
      expression.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(expression) && expression.text === 'require');
    if (!loads) return undefined;
    specifier = node.arguments[0];
    // A computed specifier could be any module, so it is never allowed.
    if (specifier && !ts.isStringLiteralLike(specifier)) return specifier.getText();
  }
  return specifier && ts.isStringLiteralLike(specifier) ? specifier.text : undefined;
}

const isAmong = (allowed: readonly string[], specifier: string): boolean =>
  allowed.some((it) => specifier === it || (/[/:]$/.test(it) && specifier.startsWith(it)));

/** Finds violations of the boundaries in sources. Returns a line for each. */
export function violations(sources: readonly Source[], boundaries: Boundaries): string[] {
  const found: string[] = [];
  for (const { path, text } of sources) {
    const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
    const allowed = [
      ...(boundaries.imports ?? []),
      ...(boundaries.importsIn ?? []).filter((it) => it.path.test(path)).flatMap((it) => it.imports),
    ];
    const forbidden = (boundaries.apart ?? []).filter(({ from }) => path.startsWith(from)).flatMap((it) => it.notFrom);
    for (const specifier of importsOf(file)) {
      if (!specifier.startsWith('.')) {
        if (!isAmong(allowed, specifier)) found.push(`${path} imports ${specifier}`);
        continue;
      }
      const target = posix.join(posix.dirname(path), specifier);
      if (target.startsWith('../')) found.push(`${path} imports ${specifier}, which is outside of src/`);
      const folder = forbidden.find((it) => target.startsWith(it));
      if (folder !== undefined) found.push(`${path} imports ${target}: nothing in ${folder} is for it`);
    }
    if (boundaries.withoutHttp) {
      for (const word of httpWords(file)) found.push(`${path} says ${word}: HTTP is spoken elsewhere`);
    }
  }
  return found;
}

/** Sources that import each other in a circle, types included: the first such circle from each source on. */
export function circles(sources: readonly Source[]): string[] {
  const imports = new Map(
    sources.map(({ path, text }) => {
      const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
      const targets = [...importsOf(file)].filter((specifier) => specifier.startsWith('.'));
      return [path, targets.map((specifier) => posix.join(posix.dirname(path), specifier))];
    }),
  );
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (path: string, above: readonly string[]): void => {
    const at = above.indexOf(path);
    if (at !== -1) found.push([...above.slice(at), path].join(' -> '));
    if (at !== -1 || done.has(path)) return;
    for (const target of imports.get(path) ?? []) visit(target, [...above, path]);
    done.add(path);
  };
  for (const path of imports.keys()) visit(path, []);
  return found;
}

function sourcesBelow(folder: string): Source[] {
  return readdirSync(folder, { recursive: true })
    .map((entry) => resolve(folder, String(entry)))
    .filter((file) => /\.[cm]?[jt]sx?$/.test(file) && !/\.test\.ts$/.test(file) && statSync(file).isFile())
    .map((file) => ({ path: relative(folder, file).split(sep).join('/'), text: readFileSync(file, 'utf8') }));
}

/** Called as `describeBoundaries(import.meta.url, …)` from a test in a package's `src/`. */
export function describeBoundaries(testUrl: string, boundaries: Boundaries): void {
  const sources = sourcesBelow(dirname(fileURLToPath(testUrl)));

  describe('the boundaries of the package', () => {
    it('keep to the sources that are there', () => {
      expect(sources.length).toBeGreaterThan(0);
    });

    it('are not crossed by any source', () => {
      expect(violations(sources, boundaries)).toEqual([]);
    });

    it('have no circle in them', () => {
      expect(circles(sources)).toEqual([]);
    });
  });
}
