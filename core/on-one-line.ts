/** A text from outside without control characters, line breaks and halves of surrogate pairs: it cannot forge a line of ours. */
export function onOneLine(text: string): string {
  return text.toWellFormed().replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ');
}
