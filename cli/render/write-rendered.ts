import { createHash } from 'node:crypto';
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * What became of a file. `updated`: it was as it had been rendered from something else. `kept`: a person changed it, or it is
 * somebody else's, and it is left as it is; `replaced`: the same, and it is not.
 */
export type Written = 'new' | 'unchanged' | 'updated' | 'kept' | 'replaced';

/** The line by which a file that nobody has changed is known. Above it there is at most a line `#!`. */
const MARK =
  /^# Rendered by `restitch config render`, sha256 ([0-9a-f]{64})\. Render it again instead of changing it\.\n/m;

/** The text with the mark. `text`: YAML or a script, in which `#` begins a comment. */
export function withMark(text: string): string {
  const hash = createHash('sha256').update(text).digest('hex');
  const mark = `# Rendered by \`restitch config render\`, sha256 ${hash}. Render it again instead of changing it.\n`;
  const [first = ''] = /^#!.*\n/.exec(text) ?? [];
  return `${first}${mark}${text.slice(first.length)}`;
}

/** Whether the text is what was rendered once, from whatever. */
export function isAsRendered(text: string): boolean {
  return MARK.test(text) && withMark(text.replace(MARK, '')) === text;
}

/** Writes the files in one step each. What a person changed stays, unless `replace` is set. */
export async function writeRendered(
  folder: string,
  files: Readonly<Record<string, string>>,
  { replace }: { readonly replace: boolean },
): Promise<readonly { readonly file: string; readonly written: Written }[]> {
  const done = [];
  for (const [name, text] of Object.entries(files)) {
    const file = join(folder, name);
    const wanted = withMark(text);
    const written = judge(await textOf(file), wanted, replace);
    if (written !== 'unchanged' && written !== 'kept') await put(file, wanted);
    done.push({ file, written });
  }
  return done;
}

function judge(present: string | undefined, wanted: string, replace: boolean): Written {
  if (present === undefined) return 'new';
  if (present === wanted) return 'unchanged';
  if (isAsRendered(present)) return 'updated';
  return replace ? 'replaced' : 'kept';
}

async function textOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

async function put(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const part = `${file}.part`;
  await writeFile(part, text);
  if (text.startsWith('#!')) await chmod(part, 0o755);
  await rename(part, file);
}
