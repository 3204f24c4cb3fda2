import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';

/** A file of a bundle. */
export interface BundleFile {
  readonly name: string;
  readonly text: string;
  readonly bytes: number;
}

/** `import … from"./x.mjs"`, `export … from"./x.mjs"` and `import"./x.mjs"`, but not `import("./x.mjs")`. */
const STATIC_IMPORT = /\b(?:from|import)\s*"\.\/([^"]+)"/g;

/** Every file of the bundle that `entry` belongs to. */
export function bundleFiles(entry: string): readonly BundleFile[] {
  const all = readdirSync(dirname(entry), { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  return all.map(({ parentPath, name: fileName }) => {
    const name = relative(dirname(entry), join(parentPath, fileName));
    const content = readFileSync(join(dirname(entry), name));
    return { name, text: content.toString('utf8'), bytes: content.byteLength };
  });
}

/** The files that are loaded with the entry: itself, and whatever it imports without `import()`. */
export function staticFiles(entry: string): readonly BundleFile[] {
  const files = new Map(bundleFiles(entry).map((file) => [file.name, file]));
  const loaded = new Set<BundleFile>();
  const open = [basename(entry)];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const file = files.get(name);
    if (file === undefined || loaded.has(file)) continue;
    loaded.add(file);
    open.push(...[...file.text.matchAll(STATIC_IMPORT)].flatMap(([, imported]) => imported ?? []));
  }
  return [...loaded];
}

export function kibibytes(files: readonly BundleFile[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0) / 1_024;
}
