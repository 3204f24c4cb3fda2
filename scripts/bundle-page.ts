import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

const folder = join(import.meta.dirname, '..', 'functions', 'console', 'page');
const STYLE = /<link rel="stylesheet" href="[^"]*\/([^"/]+\.css)">\n/g;
const SCRIPT = /(<script src=")[^"]*\/([^"/]+\.ts)(" type="module">)/;
const UPDATES = '<meta name="updates" content="stream">';

/**
 * Writes the console page as the stack serves it: `index.html` with one style sheet and one script, each named by a hash of what is in it.
 * The same sources give the same files.
 */
export function bundlePage(outdir: string): void {
  mkdirSync(outdir, { recursive: true });
  const html = readFileSync(join(folder, 'index.html'), 'utf8');
  const styles = [...html.matchAll(STYLE)].map(([, name = '']) => name);
  const [, , script] = SCRIPT.exec(html) ?? [];
  if (styles.length === 0 || script === undefined || !html.includes(UPDATES))
    throw new Error('the page names no styles, no script or no updates');
  const css = built(styles.map((name) => `@import "./${name}";`).join('\n'), 'css');
  const js = built(`import './${script}';`, 'ts');
  const put = (text: string, extension: string) => {
    const name = `page.${createHash('sha256').update(text).digest('hex').slice(0, 16)}.${extension}`;
    writeFileSync(join(outdir, name), text);
    return `/${name}`;
  };
  const link = `<link rel="stylesheet" href="${put(css, 'css')}">\n`;
  const page = html
    .replaceAll(STYLE, '')
    .replace('</head>', `${link}</head>`)
    .replace(SCRIPT, `$1${put(js, 'js')}$3`)
    .replace(UPDATES, UPDATES.replace('stream', 'poll'));
  writeFileSync(join(outdir, 'index.html'), page);
}

function built(contents: string, loader: 'css' | 'ts'): string {
  const { outputFiles } = buildSync({
    stdin: { contents, loader, resolveDir: folder },
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2024',
    minify: true,
    legalComments: 'none',
    write: false,
    logLevel: 'warning',
  });
  return outputFiles[0]?.text ?? '';
}
