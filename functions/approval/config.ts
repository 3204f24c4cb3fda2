import * as z from 'zod';
import { ApprovalRulesSetting } from '../approval-rules-setting.ts';
import { CommaList } from '../comma-list.ts';
import { type EnvironmentVariables, parseEnvironment } from '../parse-environment.ts';

/** What a team may set about who answers; the runbook reads it too. */
export const SettingsEnvironment = z.object({ APPROVAL_RULES: ApprovalRulesSetting });

const Environment = SettingsEnvironment.extend({
  TABLE_NAME: z.string().min(1),
  SLACK_SIGNING_SECRET_ID: z.string().min(1),
  /** The bot token's secret, only where a user group may answer: it is asked who is in it. */
  SLACK_SECRET_ID: z.string().min(1).optional(),
  /** Whom `isApprover` knows, and user groups of Slack; unset or empty means that nobody may approve. */
  APPROVERS: CommaList.default([]),
  QUEUE_URL: z.url(),
  /**
   * Ids of the workspace, the app and the channels whose `/restitch` is answered; unset or empty: none is. Clicks on buttons count from
   * this workspace and app alone, where they are set.
   */
  SLACK_WORKSPACES: CommaList.default([]),
  SLACK_APPS: CommaList.default([]),
  SLACK_COMMAND_CHANNELS: CommaList.default([]),
  /** Where questions are posted: where it is an id (`C…`) and no name, clicks count from there alone. */
  SLACK_CHANNEL: z.string().default(''),
  /** The secret of the keys that sign the answers of the approval webhook: `WebhookKeys`. Unset: none are taken. */
  APPROVAL_ANSWER_SECRET_ID: z.string().min(1).optional(),
  /** Another Slack than the real one. */
  SLACK_API_URL: z.url().optional(),
});

/** The secret `{"signingSecret": "…"}`, read as its value. */
export const SlackSigningSecret = z
  .object({ signingSecret: z.string().min(16) })
  .transform(({ signingSecret }) => signingSecret);

export type ApprovalConfig = z.infer<typeof Environment>;

export function loadConfig(environment: EnvironmentVariables): ApprovalConfig {
  return parseEnvironment(Environment, environment);
}
