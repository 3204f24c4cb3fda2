import * as z from 'zod';
import { type HttpResponse, json } from '../http-event.ts';
import type { OrderPorts } from './answer-order.ts';
import { type CommandPlaces, whyElsewhere } from './command-place.ts';
import type { DecideSettings } from './decide.ts';
import { obey } from './obey.ts';
import { replyText } from './reply-text.ts';

/** Slack's slash command, form-encoded: what we need of it (docs.slack.dev, "Enabling slash commands"). */
const SlashCommand = z.object({
  command: z.string(),
  text: z.string().default(''),
  team_id: z.string(),
  api_app_id: z.string(),
  channel_id: z.string(),
  user_id: z.string().min(1),
  user_name: z.string().default(''),
  trigger_id: z.string().default(''),
});

/** Whose commands are answered, and from where. */
export interface SlashCommandSettings extends DecideSettings, CommandPlaces {}

/**
 * Answers `/restitch …`, whose signature was checked before. Only the configured workspace, app and channel get an answer, and
 * only an approver changes anything. What is shown is for the asker alone.
 */
export async function answerSlashCommand(
  form: URLSearchParams,
  ports: OrderPorts,
  settings: SlashCommandSettings,
): Promise<HttpResponse> {
  const parsed = SlashCommand.safeParse(Object.fromEntries(form));
  if (!parsed.success) {
    ports.log.warn('request-refused', { reason: 'not a slash command' });
    return json(400, { error: 'not a slash command' });
  }
  const { user_id: id, user_name: name, text, trigger_id: request } = parsed.data;
  const { team_id: team, api_app_id: app, channel_id: channel } = parsed.data;
  const elsewhere = whyElsewhere({ workspaces: [team], app, channel }, settings);
  if (elsewhere !== undefined) {
    ports.log.warn('command-refused', { by: id, reason: elsewhere });
    return ephemeral([`Not done: ${elsewhere}.`]);
  }
  return ephemeral(await obey(text, { id, name, request: `command ${request}` }, ports, settings));
}

function ephemeral(lines: readonly string[]): HttpResponse {
  return json(200, { response_type: 'ephemeral', text: replyText(lines) });
}
