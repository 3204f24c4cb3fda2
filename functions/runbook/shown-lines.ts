/** An approval is one item of the table, and a page of Slack holds about 150 lines. The digest covers the whole plan. */
const MOST_LINES = 5_000;

/** The lines that a question keeps, with a word about the rest. */
export function shownLines(lines: readonly string[]): string[] {
  const hidden = lines.length - MOST_LINES;
  return hidden > 0 ? [...lines.slice(0, MOST_LINES), `… and ${hidden} more lines, in the receipt`] : [...lines];
}
