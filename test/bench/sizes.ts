import { fileURLToPath } from 'node:url';
import { run } from '../support/commands.ts';
import type { Row } from './measure.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const sizeLimit = fileURLToPath(new URL('../../node_modules/size-limit/bin.js', import.meta.url));
const kilobyte = 1000;

/** Of the entries of `.size-limit.json`, in KB. */
const allowed: Readonly<Record<string, number>> = {
  '/v2/ alone, without a storage': 26,
  'core with ECR Public': 28,
  'ECR Public, AWS JSON, /v2/ and memory': 36,
  'createRegistry()': 45,
};

/** Measures the download of a page: bundled, minified and gzipped by size-limit. */
export async function sizes(): Promise<Row[]> {
  // It exits with 1 if one of its own limits is exceeded, but still prints the sizes.
  const { stdout } = await run(process.execPath, [sizeLimit, '--json'], { cwd: root });
  const entries = JSON.parse(stdout) as { readonly name: string; readonly size: number }[];
  return Object.entries(allowed).map(([name, most]) => {
    const size = (entries.find((entry) => entry.name === name)?.size ?? Number.NaN) / kilobyte;
    return {
      what: `${name}: minified and gzipped, against ${most} KB`,
      ratio: size / most,
      bound: { atMost: 1 },
      figures: `${size.toFixed(1)} KB`,
    };
  });
}
