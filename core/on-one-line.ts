/** A text from outside without control characters and line breaks: it cannot forge a line of ours. */
export function onOneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ');
}
