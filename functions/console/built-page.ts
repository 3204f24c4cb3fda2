import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';

/** A file of the page. */
export interface PageFile {
  readonly contentType: string;
  readonly body: string;
}

export type FindPageFile = (path: string) => PageFile | undefined;

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
};

/** The files that scripts/bundle-page.ts writes, by the path under which they are asked for. The page itself is `/`. */
export function readBuiltPage(folder: string): FindPageFile {
  const files = new Map(
    readdirSync(folder).map((name) => {
      const contentType = contentTypes[extname(name)] ?? 'application/octet-stream';
      const file = { contentType, body: readFileSync(join(folder, name), 'utf8') };
      return [name === 'index.html' ? '/' : `/${name}`, file] as const;
    }),
  );
  return (path) => files.get(path);
}
