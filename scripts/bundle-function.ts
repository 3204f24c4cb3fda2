import { join } from 'node:path';
import { buildSync, type Metafile } from 'esbuild';
import { bundlePage } from './bundle-page.ts';
import type { FunctionName } from './function-names.ts';

/** Writes a function as Lambda runs it; the console function with its page beside it. Throws with esbuild's messages. */
export function bundleFunction(name: FunctionName, outdir: string): Metafile {
  if (name === 'console') bundlePage(join(outdir, 'page'));
  return bundle(`functions/${name}/handler.ts`, outdir);
}

/**
 * Writes an entry of this repository as Lambda runs it: `index.mjs`, and a chunk for whatever it imports only when needed. The same
 * sources give the same bytes in every folder. Throws with esbuild's messages.
 */
export function bundle(entry: string, outdir: string): Metafile {
  return buildSync({
    absWorkingDir: join(import.meta.dirname, '..'),
    entryPoints: { index: entry },
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    // The SDK's ESM form: what is not used of it can be left out.
    mainFields: ['module', 'main'],
    minify: true,
    // Node prints the line of an error: without a limit that is most of the file.
    lineLimit: 200,
    legalComments: 'none',
    // Some dependencies still call require(), which ESM output does not have.
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
    // A node_modules that is a link elsewhere gives the same bytes.
    preserveSymlinks: true,
    metafile: true,
    logLevel: 'warning',
  }).metafile;
}
