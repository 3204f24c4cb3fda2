import { onOneLine } from '../../core/on-one-line.ts';

/** Escapes mrkdwn's three control characters. */
function escapeMrkdwn(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/**
 * A text from outside as one line of mrkdwn that cannot mention, link, format or forge a line of ours: every control and format character
 * becomes a space, and characters that format become others that look like them.
 */
export function escapeLine(text: string): string {
  return escapeMrkdwn(onOneLine(text))
    .replaceAll('*', '∗')
    .replaceAll('~', '∼')
    .replaceAll('`', 'ˋ')
    .replaceAll(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '＿');
}

/** The same for a line between code fences, where only the fence itself means anything: the line stays as it is typed. */
export function escapeCode(text: string): string {
  return escapeMrkdwn(onOneLine(text)).replaceAll('`', 'ˋ');
}
