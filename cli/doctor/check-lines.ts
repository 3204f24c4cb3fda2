import { counted } from '../../core/counted.ts';
import type { Check } from './check.ts';

const COLUMNS = 80;
const words = { ok: 'ok', failed: 'FAILED', 'not-checked': 'not checked' } as const;
const INDENT = ' '.repeat('not checked'.length + 2);

/** One entry per check, wrapped to 80 columns, and how many there are of each kind. */
export function checkLines(checks: readonly Check[]): readonly string[] {
  return [...checks.flatMap(entryOf), '', totalOf(checks)];
}

export function totalOf(checks: readonly Check[]): string {
  const count = (status: Check['status']) => checks.filter((check) => check.status === status).length;
  return `${counted(checks.length, 'check')}: ${count('ok')} ok, ${count('failed')} failed, ${count('not-checked')} not checked`;
}

function entryOf({ area, subject, status, detail, mend }: Check): readonly string[] {
  const first = `${words[status].padEnd(INDENT.length)}${area} ${subject}: ${detail}`;
  return [...wrapped(first), ...(mend === undefined ? [] : wrapped(`${INDENT}→ ${mend}`))];
}

/** Breaks at blanks; a longer word, as an ARN or a URL, stays whole. */
function wrapped(text: string): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/(?<=\S) (?=\S)/)) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (longer.length > COLUMNS && line !== '') {
      lines.push(line);
      line = `${INDENT}${word}`;
    } else line = longer;
  }
  return [...lines, line];
}
