import { APPROVE_ACTION, REASON_INPUT } from '../../adapters/slack/approval-button.ts';
import { signSlackBody } from '../../adapters/slack/verify-signature.ts';
import type { HttpEvent } from '../../functions/http-event.ts';
import { approvalOf } from './sample-records.ts';

const { approvalId, planDigest } = approvalOf();

/** What a test changes of a click. */
export interface ClickParts {
  readonly user?: string;
  /** The person's own workspace. */
  readonly userTeam?: string;
  readonly team?: string;
  readonly app?: string;
  readonly channel?: string;
  readonly action?: string;
  /** As it is in the button: text. */
  readonly value?: string;
  readonly typed?: string;
  readonly ephemeral?: boolean;
}

/** The block_actions payload of a click on Approve by alice, with the fields that Slack's documentation shows. */
export function slackClickPayload(parts: ClickParts = {}): Readonly<Record<string, unknown>> {
  const { user = 'U0ALICE', team = 'T0001', userTeam = team, app = 'A123456', channel = 'C2147483705' } = parts;
  const { action = APPROVE_ACTION, value = JSON.stringify({ approvalId, planDigest }), ephemeral = false } = parts;
  return {
    type: 'block_actions',
    user: { id: user, username: user.toLowerCase().slice(2), name: user.toLowerCase().slice(2), team_id: userTeam },
    api_app_id: app,
    token: '9s8d9as89d8as9d8as989',
    container: { type: 'message', message_ts: '1548261231.000200', channel_id: channel, is_ephemeral: ephemeral },
    trigger_id: '12321423423.333649436676.d8c1bb837935619ccad0f624c448ffb3',
    team: { id: team, domain: 'example' },
    enterprise: null,
    is_enterprise_install: false,
    channel: { id: channel, name: 'restitch' },
    message: {
      bot_id: 'BAH5CA16Z',
      type: 'message',
      text: 'Approve bounce on gpu-1?',
      user: 'UAJ2RU415',
      ts: '1548261231.000200',
    },
    state: { values: { [REASON_INPUT]: { [REASON_INPUT]: { type: 'plain_text_input', value: parts.typed ?? null } } } },
    response_url: 'https://hooks.slack.com/actions/AABA1ABCD/1232321423432/D09sSasdasdAS9091209',
    actions: [
      {
        action_id: action,
        block_id: 'restitch_decision',
        text: { type: 'plain_text', text: 'Approve', emoji: false },
        value,
        style: 'primary',
        type: 'button',
        action_ts: '1548426417.840180',
      },
    ],
  };
}

export interface SendParts {
  readonly secret?: string;
  /** Epoch seconds from `at`: when it says that it was signed. */
  readonly ageSeconds?: number;
  readonly retryNum?: number;
  readonly base64?: boolean;
  /** Changes the body after it was signed. */
  readonly tamper?: (body: string) => string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A payload as a function URL passes it on: form-encoded and signed at `at` (epoch milliseconds). */
export function slackClickEvent(payload: unknown, secret: string, at: number, parts: SendParts = {}): HttpEvent {
  return signedEvent(new URLSearchParams({ payload: JSON.stringify(payload) }).toString(), secret, at, {
    ...parts,
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...parts.headers },
  });
}

/** Any body, signed as Slack signs it. */
export function signedEvent(body: string, ownSecret: string, at: number, parts: SendParts = {}): HttpEvent {
  const { secret = ownSecret, ageSeconds = 0, retryNum, base64 = false, tamper = (text: string) => text } = parts;
  const timestamp = String(Math.floor(at / 1_000) - ageSeconds);
  const sent = tamper(body);
  return {
    headers: {
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': signSlackBody(secret, timestamp, Buffer.from(body)),
      ...(retryNum === undefined
        ? {}
        : { 'x-slack-retry-num': String(retryNum), 'x-slack-retry-reason': 'http_timeout' }),
      ...parts.headers,
    },
    body: base64 ? Buffer.from(sent).toString('base64') : sent,
    isBase64Encoded: base64,
    requestContext: { http: { method: 'POST' } },
  };
}
