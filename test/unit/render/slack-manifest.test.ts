import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';

const folder = join(import.meta.dirname, '..', '..', '..', 'deploy', 'slack');
const httpsUrl = z.url({ protocol: /^https$/ });

/** The fields that our manifest has, with the limits of Slack's app manifest reference (docs.slack.dev/reference/app-manifest). */
const SlackManifest = z.strictObject({
  display_information: z.strictObject({ name: z.string().min(1).max(35), description: z.string().max(140) }),
  features: z.strictObject({
    bot_user: z.strictObject({
      display_name: z
        .string()
        .max(80)
        .regex(/^[a-z0-9._-]+$/),
      always_online: z.boolean(),
    }),
    slash_commands: z
      .array(
        z.strictObject({
          command: z
            .string()
            .max(32)
            .regex(/^\/[a-z0-9_-]+$/),
          url: httpsUrl,
          description: z.string().max(2_000),
          usage_hint: z.string().max(1_000),
          should_escape: z.boolean(),
        }),
      )
      .max(50),
  }),
  oauth_config: z.strictObject({
    scopes: z.strictObject({
      bot: z.array(z.enum(['app_mentions:read', 'chat:write', 'commands', 'usergroups:read'])),
    }),
  }),
  settings: z.strictObject({
    event_subscriptions: z.strictObject({ request_url: httpsUrl, bot_events: z.array(z.literal('app_mention')) }),
    interactivity: z.strictObject({ is_enabled: z.literal(true), request_url: httpsUrl }),
    org_deploy_enabled: z.boolean(),
    socket_mode_enabled: z.literal(false),
    token_rotation_enabled: z.literal(false),
  }),
});

describe('the manifest of the Slack app', () => {
  const text = readFileSync(join(folder, 'app-manifest.yaml'), 'utf8');

  it('has the fields that Slack documents, within their limits', () => {
    expect(SlackManifest.safeParse(parse(text)).error?.issues).toBeUndefined();
  });

  it.each([
    ['a name of 36 letters', text.replace('name: Restitch', `name: ${'R'.repeat(36)}`)],
    ['a URL without https', text.replace('https://', 'http://')],
    ['a field that Slack does not know', text.replace('is_enabled', 'enabled')],
    ['a scope that nothing needs', text.replace('- commands', '- channels:history')],
  ])('is refused with %s', (_, changed) => {
    expect(changed).not.toBe(text);
    expect(SlackManifest.safeParse(parse(changed)).success).toBe(false);
  });
});
