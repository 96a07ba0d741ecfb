import { describe, expect, it } from 'vitest';
import { type Boundaries, circles, violations } from './boundaries.ts';

const check = (text: string, boundaries: Boundaries = {}, path = 'domain/a.ts') =>
  violations([{ path, text }], boundaries);

describe('the boundaries of a package', () => {
  it.each([
    ["import { a } from 'x'"],
    ["import 'x'"],
    ["import type { A } from 'x'"],
    ["import * as x from 'x'"],
    ["export * from 'x'"],
    ["export type { A } from 'x'"],
    ["type A = import('x').A"],
    ["const a = await import('x')"],
    ['const a = await import(`x`)'],
    ["const a = require('x')"],
    ["import a = require('x')"],
    ['/// <reference types="x" />'],
  ])('are crossed by %s', (text) => {
    expect(check(text)).toEqual(['domain/a.ts imports x']);
    expect(check(text, { imports: ['x'] })).toEqual([]);
  });

  it('are crossed by an import of what is only known at run time', () => {
    expect(check('await import(name)', { imports: ['name/'] })).toEqual(['domain/a.ts imports name']);
  });

  it('are not crossed in comments and texts', () => {
    expect(check(`// import 'x'\nconst text = "import 'x'"; /** @see import('x') */`)).toEqual([]);
  });

  it('let a subpath pass only where the name says so', () => {
    const text = "import '@noble/hashes/sha2.js'";
    expect(check(text, { imports: ['@noble/hashes'] })).toHaveLength(1);
    expect(check(text, { imports: ['@noble/hashes/'] })).toEqual([]);
  });

  it('let some sources import more than others', () => {
    const boundaries = { importsIn: [{ path: /^(cli|serve\/.*)\.ts$/, imports: ['node:'] }] };
    expect(check("import 'node:net'", boundaries, 'cli.ts')).toEqual([]);
    expect(check("import 'node:net'", boundaries, 'serve/a.ts')).toEqual([]);
    expect(check("import 'node:net'", boundaries, 'index.ts')).toHaveLength(1);
  });

  it('end where src/ ends', () => {
    expect(check("import '../b.ts'; import './b.ts'; import '../storage/c.ts'")).toEqual([]);
    expect(check("import '../../other/src/b.ts'")).toEqual([
      'domain/a.ts imports ../../other/src/b.ts, which is outside of src/',
    ]);
  });

  it('keep folders apart', () => {
    const boundaries = { apart: [{ from: 'domain/', notFrom: ['operations/'] }] };
    const text = "import type { A } from '../operations/ecr/a.ts'";
    expect(check(text, boundaries)).toEqual([
      'domain/a.ts imports operations/ecr/a.ts: nothing in operations/ is for it',
    ]);
    expect(check(text, boundaries, 'engine/a.ts')).toEqual([]);
  });

  it.each([
    ['function f(request: Request) {}', 'Request'],
    ['new Response()', 'Response'],
    ['const h = new globalThis.Headers()', 'Headers'],
    ["await fetch('x')", 'fetch()'],
    ["await globalThis.fetch('x')", 'fetch()'],
    ['const failed = { code: 1, status: 400 }', '400'],
    ["failure('E', 'DENIED', 400, text)", '400'],
    ['const low = status >= 500 ? 1 : 2', '500'],
    ['const gone = 410', '410'],
    ['interface A { readonly status: number }', 'status'],
    ['function f(httpStatus: number) {}', 'status'],
    ['const { headers } = answer', 'headers'],
    ["const name = 'x-amz-target'", 'x-amz-target'],
    ['const text = `Retry-After: a second`', 'Retry-After'],
    ['/** What stands in `X-Amz-Target`. */', 'X-Amz-Target'],
    ['// Clients try a 404 again', 'a 404'],
    ['/** @throws with status 503 */', 'status 503'],
    ['// By the Host header', 'header'],
    ['// over HTTP', 'HTTP'],
  ])('keep HTTP out: %s', (text, word) => {
    expect(check(text, { withoutHttp: true })).toEqual([`domain/a.ts says ${word}: HTTP is spoken elsewhere`]);
    expect(check(text)).toEqual([]);
  });

  it.each([
    'function f(request: CreateRepositoryRequest): CreateRepositoryResponse { return request } // one Request',
    "interface A { readonly status: 'ACTIVE' | 'PENDING'; readonly upload: UploadStatus }",
    'const layersPerImage = 500; const limits = { tags: 400, bytes: 512 }; // 500 is measured',
    "function header(path) { throw new Error('longer than a tar header') }",
    "const url = 'https://public.ecr.aws'",
  ])('know from HTTP: %s', (text) => {
    expect(check(text, { withoutHttp: true })).toEqual([]);
  });
});

describe('sources that import each other in a circle', () => {
  const source = (path: string, ...imports: readonly string[]) => ({
    path,
    text: imports.map((one) => `import type { A } from '${one}';`).join('\n'),
  });

  it('are found, however long it is', () => {
    const sources = [source('a.ts', './b/b.ts'), source('b/b.ts', './c.ts'), source('b/c.ts', '../a.ts')];
    expect(circles(sources)).toEqual(['a.ts -> b/b.ts -> b/c.ts -> a.ts']);
  });

  it('are not those that only share what they import', () => {
    expect(circles([source('a.ts', './b.ts', './c.ts'), source('b.ts', './c.ts'), source('c.ts')])).toEqual([]);
  });
});
