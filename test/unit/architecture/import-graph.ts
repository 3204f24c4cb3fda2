import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** One relative import; both paths are relative to the repository's root. */
export interface Import {
  readonly from: string;
  readonly to: string;
}

/** Which places import which. */
export type ImportGraph = ReadonlyMap<string, ReadonlySet<string>>;

const root = join(import.meta.dirname, '..', '..', '..');
const NOT_OURS = new Set(['node_modules', '.git', '.restitch', 'cdk.out']);

/** `import … from './x'`, `export … from './x'`, `import './x'` and `import('./x')`. */
const RELATIVE_IMPORT = /\b(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+)'/g;

/** Every relative import of every TypeScript file outside the tests. */
export function relativeImports(): readonly Import[] {
  const files = globSync('**/*.ts', { cwd: root, exclude: (path) => NOT_OURS.has(path) });
  return files
    .filter((file) => !file.startsWith('test/'))
    .flatMap((from) =>
      importsOf(readFileSync(join(root, from), 'utf8')).map((to) => ({ from, to: join(dirname(from), to) })),
    );
}

export function importsOf(text: string): readonly string[] {
  return [...text.matchAll(RELATIVE_IMPORT)].flatMap(([, path]) => (path === undefined ? [] : [path]));
}

/** The imports between places; `placeOf` says where a file belongs, undefined: nowhere that matters. */
export function graphOf(imports: readonly Import[], placeOf: (file: string) => string | undefined): ImportGraph {
  const graph = new Map<string, Set<string>>();
  for (const { from, to } of imports) {
    const [importer, imported] = [placeOf(from), placeOf(to)];
    if (importer === undefined || imported === undefined || importer === imported) continue;
    graph.set(importer, (graph.get(importer) ?? new Set()).add(imported));
  }
  return graph;
}

/** The places that reach each other, one sorted group per circle; empty when there is none. */
export function circlesOf(graph: ImportGraph): readonly (readonly string[])[] {
  const reachable = new Map([...graph.keys()].map((place) => [place, reachableFrom(graph, place)]));
  const groups = new Map<string, readonly string[]>();
  for (const [place, reached] of reachable) {
    if (!reached.has(place)) continue;
    const circle = [...reached].filter((other) => reachable.get(other)?.has(place)).toSorted();
    groups.set(circle.join(' '), circle);
  }
  return [...groups.values()];
}

function reachableFrom(graph: ImportGraph, start: string): ReadonlySet<string> {
  const reached = new Set<string>();
  const open = [start];
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    for (const next of graph.get(place) ?? []) {
      if (reached.has(next)) continue;
      reached.add(next);
      open.push(next);
    }
  }
  return reached;
}
