import type { WebAPICallResult, WebClient } from '@slack/web-api';
import { parse } from 'yaml';
import * as z from 'zod';
import { type Check, type Finding, failed, look, notChecked, ok } from './check.ts';

const TOKEN = 'put the bot token (xoxb-…) of the Slack app into the secret, as docs/install.md says';
const Manifest = z.object({ oauth_config: z.object({ scopes: z.object({ bot: z.array(z.string()) }) }) });
const Answer = z.object({
  user: z.string().default('?'),
  team: z.string().default('?'),
  response_metadata: z.object({ scopes: z.array(z.string()).optional() }).default({}),
});

/** The token, and the scopes that the app's manifest asks for. `manifest`: deploy/slack/app-manifest.yaml. */
export async function slackChecks(
  client: Pick<WebClient, 'auth'>,
  channel: string | undefined,
  manifest: string,
): Promise<readonly Check[]> {
  const answers: WebAPICallResult[] = [];
  const token = await look('Slack', 'token', TOKEN, async () => {
    const answer = await client.auth.test();
    answers.push(answer);
    const { user, team } = Answer.parse(answer);
    return ok(`${user} of ${team}`);
  });
  const wanted = Manifest.parse(parse(manifest)).oauth_config.scopes.bot;
  return [
    token,
    { area: 'Slack', subject: 'scopes', ...scopesFinding(wanted, answers[0]) },
    {
      area: 'Slack',
      subject: `channel ${channel ?? ''}`.trimEnd(),
      ...notChecked('only a message shows whether the app is in it', 'invite the app: /invite @restitch'),
    },
  ];
}

function scopesFinding(wanted: readonly string[], answer: WebAPICallResult | undefined): Finding {
  if (answer === undefined) return notChecked('the token does not count');
  const { scopes } = Answer.parse(answer).response_metadata;
  if (scopes === undefined) return notChecked('the answer has no header x-oauth-scopes');
  const missing = wanted.filter((scope) => !scopes.includes(scope));
  if (missing.length === 0) return ok(wanted.join(', '));
  return failed(
    `without ${missing.join(', ')}`,
    'add them at api.slack.com/apps, OAuth & Permissions, and install the app anew',
  );
}
