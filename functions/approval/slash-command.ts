import * as z from 'zod';
import { escapeLine } from '../../adapters/slack/escape-mrkdwn.ts';
import type { Log } from '../../core/log.ts';
import { type HttpResponse, json } from '../http-event.ts';
import { answerOrder, type OrderPorts } from './answer-order.ts';
import { readOrder } from './read-order.ts';

/** Slack's slash command, form-encoded: what we need of it (docs.slack.dev, "Enabling slash commands"). */
const SlashCommand = z.object({
  command: z.string(),
  text: z.string().default(''),
  team_id: z.string(),
  api_app_id: z.string(),
  channel_id: z.string(),
  user_id: z.string().min(1),
  user_name: z.string().default(''),
});

export interface SlashCommandPorts extends OrderPorts {
  readonly log: Log;
}

/** Whose commands are answered. An empty list: nobody's. */
export interface SlashCommandSettings {
  /** Slack user ids. */
  readonly approvers: readonly string[];
  /** `T…`, `A…` and `C…` ids. */
  readonly workspaces: readonly string[];
  readonly apps: readonly string[];
  readonly channels: readonly string[];
}

/**
 * Answers `/restitch …`, whose signature was checked before. Only the configured workspace, app and channel get an answer, and
 * only an approver changes anything. What is shown is for the asker alone. Errors of the table are told, not thrown: Slack
 * would only say that the command failed.
 */
export async function answerSlashCommand(
  form: URLSearchParams,
  ports: SlashCommandPorts,
  settings: SlashCommandSettings,
): Promise<HttpResponse> {
  const parsed = SlashCommand.safeParse(Object.fromEntries(form));
  if (!parsed.success) return json(400, { error: 'not a slash command' });
  const { user_id: id, user_name: name, text } = parsed.data;
  const elsewhere = whyElsewhere(parsed.data, settings);
  if (elsewhere !== undefined) {
    ports.log.warn('command-refused', { by: id, reason: elsewhere });
    return ephemeral([`Not done: ${elsewhere}.`]);
  }
  const order = readOrder(text, ports.clock());
  const changes = order.type === 'pause' || order.type === 'resume';
  if (changes && !settings.approvers.includes(id)) {
    ports.log.warn('command-refused', { by: id, order: order.type, reason: 'not an approver' });
    return ephemeral(['Not done: you are not on the list of approvers.']);
  }
  ports.log.info('command', { by: id, order: order.type });
  try {
    return ephemeral(await answerOrder(order, { id, name }, ports, settings.approvers));
  } catch (error) {
    ports.log.error('command-failed', { by: id, order: order.type, reason: String(error) });
    return ephemeral([
      'It is not known whether that was done: the table did not answer. Ask for the status, and try again.',
    ]);
  }
}

function whyElsewhere(
  { team_id: team, api_app_id: app, channel_id: channel }: z.infer<typeof SlashCommand>,
  { workspaces, apps, channels }: SlashCommandSettings,
): string | undefined {
  if (!workspaces.includes(team)) return 'this workspace is not the configured one';
  if (!apps.includes(app)) return 'this app is not the configured one';
  return channels.includes(channel) ? undefined : 'this channel is not the configured one';
}

/** Slack cuts longer texts. */
const MOST_CHARACTERS = 3_500;

function ephemeral(lines: readonly string[]): HttpResponse {
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
  return json(200, { response_type: 'ephemeral', text: shown.join('\n') });
}
