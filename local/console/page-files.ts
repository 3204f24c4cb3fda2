import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { dirname, join } from 'node:path';

export interface PageFile {
  readonly contentType: string;
  readonly body: string;
}

/** Files are asked for by their path from here, so that what a script imports is found. */
const ROOT = join(import.meta.dirname, '..', '..');
const PAGE = '/functions/console/page';
const styles = ['base', 'fleet', 'case', 'messages'].map((name) => `${PAGE}/${name}.css`);
/** An import that is left when the types are taken out. */
const IMPORTED = /^import [^;]*? from '(\.[^']+)';/gm;

/**
 * The page's own files: `/`, its styles, its first script, and what that imports. Nothing else of this folder or another can be asked
 * for. `actToken`: written into the page, and asked back with every act.
 */
export function pageFiles(actToken: string): (path: string) => PageFile | undefined {
  const files = new Map<string, PageFile>([['/', htmlFile(actToken)]]);
  for (const path of styles) files.set(path, { contentType: 'text/css; charset=utf-8', body: read(path) });
  addScript(`${PAGE}/main.ts`, files);
  return (path) => files.get(path);
}

function htmlFile(actToken: string): PageFile {
  const body = read(`${PAGE}/index.html`).replace(
    'name="act-token" content=""',
    `name="act-token" content="${actToken}"`,
  );
  return { contentType: 'text/html; charset=utf-8', body };
}

/** Scripts are TypeScript, whose types are taken out; browsers do the rest. */
function addScript(path: string, files: Map<string, PageFile>): void {
  if (files.has(path)) return;
  const body = stripTypeScriptTypes(read(path));
  files.set(path, { contentType: 'text/javascript; charset=utf-8', body });
  for (const [, imported = ''] of body.matchAll(IMPORTED)) addScript(join(dirname(path), imported), files);
}

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}
