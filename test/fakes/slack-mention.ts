import type { Mention } from '../../functions/approval/mention.ts';
import type { HttpEvent } from '../../functions/http-event.ts';
import { type SendParts, signedEvent } from './slack-click.ts';

/** What a test changes of a mention. */
export interface MentionParts {
  readonly text?: string;
  readonly user?: string;
  readonly userTeam?: string;
  readonly team?: string;
  readonly app?: string;
  readonly channel?: string;
  readonly bot?: string;
  readonly eventId?: string;
}

/** The event of a message of alice's to the app, with the fields that Slack's documentation shows. */
export function mentionOf(parts: MentionParts = {}): Mention {
  const { text = 'status', user = 'U0ALICE', team = 'T0001', userTeam = team, app = 'A123456', bot } = parts;
  const { channel = 'C2147483705', eventId = 'Ev08MFMKH6' } = parts;
  const sent = {
    token: 'XXYYZZ',
    team_id: team,
    api_app_id: app,
    type: 'event_callback' as const,
    event: {
      type: 'app_mention' as const,
      user,
      text: `<@U0LAN0Z89> ${text}`,
      ts: '1515449522.000016',
      channel,
      event_ts: '1515449522000016',
      user_team: userTeam,
      source_team: userTeam,
      ...(bot === undefined ? {} : { bot_id: bot }),
    },
    event_id: eventId,
    event_time: 1_515_449_522,
    authorizations: [{ team_id: team, user_id: 'U0LAN0Z89', is_bot: true, is_enterprise_install: false }],
    is_ext_shared_channel: false,
  };
  return sent;
}

/** Such an event as a function URL passes it on: JSON, signed at `at` (epoch milliseconds). */
export function slackMentionEvent(mention: Mention, secret: string, at: number, parts: SendParts = {}): HttpEvent {
  return signedEvent(JSON.stringify(mention), secret, at, {
    ...parts,
    headers: { 'content-type': 'application/json', ...parts.headers },
  });
}
