import { onOneLine } from '../../core/on-one-line.ts';
import { isoTime } from '../iso-time.ts';

/** A Block Kit block or element, as JSON. */
export type Block = Readonly<Record<string, unknown>>;

export interface SlackMessage {
  /** For notifications and screen readers. */
  readonly text: string;
  readonly blocks: readonly Block[];
}

/** Slack's limits in characters (docs.slack.dev, "Block Kit"). */
const MOST = { header: 150, section: 3_000, field: 2_000, label: 75, confirmTitle: 100, confirmText: 300 } as const;

/** A text that is too long is cut, never in the middle of an escaped character, and says so. */
export function clip(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text
    .slice(0, most - 1)
    .replace(/&[a-z]{0,4}$/, '')
    .replace(/[\uD800-\uDBFF]$/, '')}…`;
}

export function header(text: string): Block {
  return { type: 'header', text: plain(clip(onOneLine(text), MOST.header)) };
}

/** `text` is mrkdwn: what comes from outside must be escaped. */
export function section(text: string, accessory?: Block): Block {
  const body = { type: 'section', text: mrkdwn(clip(text, MOST.section)) };
  return accessory === undefined ? body : { ...body, accessory };
}

/** Names, and values that are mrkdwn; at most ten. */
export function fields(pairs: readonly (readonly [name: string, value: string])[]): Block {
  return { type: 'section', fields: pairs.map(([name, value]) => mrkdwn(clip(`*${name}*\n${value}`, MOST.field))) };
}

export function context(text: string): Block {
  return { type: 'context', elements: [mrkdwn(clip(text, MOST.section))] };
}

/** As many lines as fit into one section, with a word about the rest. `lines` are escaped. */
export function bulleted(title: string, lines: readonly string[], most: number = MOST.section): string {
  const shown = [`*${title}*`];
  let length = title.length + 2;
  for (const [index, line] of lines.entries()) {
    length += line.length + 3;
    if (length > most - 30) return [...shown, `… and ${lines.length - index} more`].join('\n');
    shown.push(`• ${line}`);
  }
  return shown.join('\n');
}

export interface ButtonParts {
  readonly label: string;
  readonly actionId: string;
  readonly value: unknown;
  readonly style?: 'primary' | 'danger';
  /** What the dialog before it says. `button`: where the label is too long for one there. */
  readonly confirm?: { readonly title: string; readonly text: string; readonly button?: string };
}

export function button({ label, actionId, value, style, confirm }: ButtonParts): Block {
  return {
    type: 'button',
    action_id: actionId,
    text: plain(clip(label, MOST.label)),
    value: JSON.stringify(value),
    ...(style === undefined ? {} : { style }),
    ...(confirm === undefined
      ? {}
      : {
          confirm: {
            title: plain(clip(onOneLine(confirm.title), MOST.confirmTitle)),
            text: plain(clip(onOneLine(confirm.text), MOST.confirmText)),
            confirm: plain(confirm.button ?? label),
            deny: plain('Back'),
          },
        }),
  };
}

/** Slack shows the time in the reader's time zone; the UTC text is the fallback. */
export function slackTime(epochMilliseconds: number): string {
  const seconds = Math.floor(epochMilliseconds / 1_000);
  return `<!date^${seconds}^{date_short_pretty} {time_secs}|${isoTime(epochMilliseconds)}>`;
}

export function plain(text: string): Block {
  return { type: 'plain_text', text, emoji: false };
}

/** `verbatim`: Slack makes no links and mentions of its own out of what is not markup. */
function mrkdwn(text: string): Block {
  return { type: 'mrkdwn', text, verbatim: true };
}
