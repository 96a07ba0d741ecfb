import { build, defaultClientConditions, type LibraryFormats, type Plugin } from 'vite';

interface BundleOptions {
  readonly format: LibraryFormats;
  /** For what the module imports: the sources, unless told. */
  readonly conditions?: readonly string[];
  readonly plugins?: readonly Plugin[];
}

/** Bundles a module into one script for a page. The exports of an `iife` are the members of the global `coracle`. */
export async function bundle(
  entry: string,
  { format, conditions = ['@coracle/source'], plugins = [] }: BundleOptions,
): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'warn',
    plugins: [...plugins],
    resolve: { conditions: [...conditions, ...defaultClientConditions] },
    build: {
      write: false,
      minify: false,
      target: 'es2022',
      lib: { entry, formats: [format], name: 'coracle', fileName: 'script' },
      rolldownOptions: { output: { codeSplitting: false } },
    },
  });
  const chunks = [built].flat().flatMap((one) => ('output' in one ? one.output : []));
  const [code] = chunks.flatMap((chunk) => (chunk.type === 'chunk' ? [chunk.code] : []));
  if (code === undefined) throw new Error(`${entry} was bundled to nothing`);
  return code;
}
