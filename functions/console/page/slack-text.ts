/** A piece of a line as Slack shows it. */
export interface TextPart {
  readonly bold: boolean;
  readonly text: string;
}

/** Slack's mrkdwn as far as our own messages use it: bold, `<!date>` in the reader's own time, and the three escapes. */
export function slackText(text: string): readonly TextPart[] {
  const dated = text.replaceAll(/<!date\^(\d+)\^[^>|]*\|[^>]*>/g, (_, seconds) =>
    new Date(Number(seconds) * 1_000).toLocaleTimeString([], { hour12: false }),
  );
  return dated
    .split(/\*([^*\n]+)\*/)
    .map((part, index) => ({ bold: index % 2 === 1, text: unescaped(part) }))
    .filter((part) => part.text !== '');
}

/** What lies between code fences; undefined: the text is none. */
export function fencedText(text: string): string | undefined {
  const fenced = /^```([\s\S]*)```$/.exec(text)?.[1];
  return fenced === undefined ? undefined : unescaped(fenced);
}

export function unescaped(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
