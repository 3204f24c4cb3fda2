import { signSlackBody } from '../../adapters/slack/verify-signature.ts';
import type { HttpEvent } from '../../functions/http-event.ts';

/** The fields that Slack sends with a slash command, as its documentation shows them, with these parts. */
export function slackCommandFields(parts: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  return {
    token: 'gIkuvaNzQIHg97ATvDxqgjtO',
    team_id: 'T0001',
    team_domain: 'example',
    enterprise_id: 'E0001',
    enterprise_name: 'Globular Construct Inc',
    channel_id: 'C2147483705',
    channel_name: 'restitch',
    user_id: 'U0ALICE',
    user_name: 'alice',
    command: '/restitch',
    text: 'status',
    api_app_id: 'A123456',
    is_enterprise_install: 'false',
    response_url: 'https://hooks.slack.com/commands/1234/5678',
    trigger_id: '13345224609.738474920.8088930838d88f008e0',
    ...parts,
  };
}

/** Such a command as a function URL passes it on: form-encoded, signed at `at` (epoch milliseconds), base64. */
export function slackCommandEvent(fields: Readonly<Record<string, string>>, secret: string, at: number): HttpEvent {
  const body = Buffer.from(new URLSearchParams(fields).toString());
  const timestamp = String(Math.floor(at / 1_000));
  return {
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': signSlackBody(secret, timestamp, body),
    },
    body: body.toString('base64'),
    isBase64Encoded: true,
    requestContext: { http: { method: 'POST' } },
  };
}
