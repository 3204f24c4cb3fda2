/** An approval is one item of the table. The whole plan is in the receipt, and the digest covers it. */
const MOST_LINES = 500;

/** The lines that a question keeps, with a word about the rest. */
export function shownLines(lines: readonly string[]): string[] {
  const hidden = lines.length - MOST_LINES;
  return hidden > 0 ? [...lines.slice(0, MOST_LINES), `… and ${hidden} more lines, in the receipt`] : [...lines];
}
