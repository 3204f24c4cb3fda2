/** Escapes mrkdwn's three control characters. Every text from outside must pass through here. */
export function escapeMrkdwn(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** The same as one line: a label with a line break, or with other control characters, must not forge a line of ours. */
export function escapeLine(text: string): string {
  return escapeMrkdwn(text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' '));
}
