import * as z from 'zod';
import type { Replies } from '../../core/incident/replies.ts';
import { type HttpResponse, json } from '../http-event.ts';
import type { OrderPorts } from './answer-order.ts';
import { type CommandPlaces, whyElsewhere } from './command-place.ts';
import type { DecideSettings } from './decide.ts';
import { obey } from './obey.ts';
import { replyText } from './reply-text.ts';

/** Slack's event of a message that mentions the app: what we need of it (docs.slack.dev, "app_mention event"). */
export const Mention = z.object({
  type: z.literal('event_callback'),
  team_id: z.string(),
  api_app_id: z.string(),
  event_id: z.string().regex(/^[A-Za-z0-9]{1,50}$/),
  event: z.object({
    type: z.literal('app_mention'),
    user: z.string().min(1),
    text: z.string(),
    channel: z.string(),
    thread_ts: z.string().optional(),
    /** The person's own workspace, in a channel that two workspaces share. */
    user_team: z.string().optional(),
    source_team: z.string().optional(),
    /** Another app has written it. */
    bot_id: z.string().optional(),
  }),
});

export type Mention = z.infer<typeof Mention>;

export interface MentionPorts extends OrderPorts {
  readonly replies: Pick<Replies, 'take' | 'answer'>;
}

/**
 * Does what a person has written to the app in a channel, as `/restitch` does, from the same places and by the same rules. Slack sends an
 * event again that was not answered in time: it is taken once. The notifier posts the reply, which only the asker sees: this function has
 * no right to write to Slack. Throws `RestitchError` (code `store`) before anything was done: Slack sends it again.
 */
export async function answerMention(
  { team_id: team, api_app_id: app, event_id: eventId, event }: Mention,
  ports: MentionPorts,
  settings: DecideSettings & CommandPlaces,
): Promise<HttpResponse> {
  const { user, channel, user_team: own = team, source_team: source = team, thread_ts: thread = null } = event;
  const elsewhere =
    event.bot_id === undefined
      ? whyElsewhere({ workspaces: [team, own, source], app, channel }, settings)
      : 'a bot wrote it';
  if (elsewhere !== undefined) {
    ports.log.warn('command-refused', { by: user, reason: elsewhere });
    return json(200, { ignored: elsewhere });
  }
  if (!(await ports.replies.take(eventId, ports.clock()))) {
    ports.log.info('mention-repeated', { by: user, eventId });
    return json(200, { repeated: eventId });
  }
  const lines = await obey(orderIn(event.text), { id: user, name: '', request: `mention ${eventId}` }, ports, settings);
  await ports.replies.answer({ replyId: eventId, channel, user, thread, text: replyText(lines), at: ports.clock() });
  return json(200, { answered: eventId });
}

/** The words around the mention, as they were typed: Slack escapes three characters. */
function orderIn(text: string): string {
  return text
    .replaceAll(/<@[A-Z0-9]+(\|[^>]*)?>/g, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}
