import { escapeLine } from '../../adapters/slack/escape-mrkdwn.ts';

/** Slack cuts longer texts. */
const MOST_CHARACTERS = 3_500;

/** Lines from anywhere as one text of mrkdwn in which none of them can ping, format or forge another. */
export function replyText(lines: readonly string[]): string {
  const shown: string[] = [];
  let length = 0;
  for (const line of lines.map(escapeLine)) {
    length += line.length + 1;
    if (length > MOST_CHARACTERS) {
      shown.push(`… and ${lines.length - shown.length} more lines`);
      break;
    }
    shown.push(line);
  }
  return shown.join('\n');
}
