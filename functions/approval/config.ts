import * as z from 'zod';
import { CommaList } from '../comma-list.ts';
import { type EnvironmentVariables, parseEnvironment } from '../parse-environment.ts';

const Environment = z.object({
  TABLE_NAME: z.string().min(1),
  RUNBOOK_FUNCTION: z.string().min(1),
  SLACK_SECRET_ID: z.string().min(1),
  /** Slack user ids; unset or empty means that nobody may approve. */
  APPROVERS: CommaList.default([]),
  QUEUE_URL: z.url(),
  /**
   * Ids of the workspace, the app and the channel whose `/restitch` is answered; unset or empty: none is. Clicks on buttons count from
   * this workspace and app alone, where they are set.
   */
  SLACK_WORKSPACES: CommaList.default([]),
  SLACK_APPS: CommaList.default([]),
  SLACK_COMMAND_CHANNELS: CommaList.default([]),
});

export const SlackSecret = z.object({ signingSecret: z.string().min(16), botToken: z.string().min(1) });

export type SlackSecret = z.infer<typeof SlackSecret>;

export type ApprovalConfig = z.infer<typeof Environment>;

export function loadConfig(environment: EnvironmentVariables): ApprovalConfig {
  return parseEnvironment(Environment, environment);
}
