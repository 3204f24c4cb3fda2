import * as z from 'zod';
import { type EnvironmentVariables, parseEnvironment } from '../parse-environment.ts';

const Environment = z.object({
  TABLE_NAME: z.string().min(1),
  SLACK_SECRET_ID: z.string().min(1),
  SLACK_CHANNEL: z.string().min(1),
  /** Where it is told that nobody has answered; unset: in the same channel. */
  SLACK_ESCALATION_CHANNEL: z.string().min(1).optional(),
  /** The id of the user group that is mentioned then; unset: nobody is. */
  SLACK_ESCALATION_GROUP: z.string().min(1).optional(),
  SLACK_API_URL: z.url().optional(),
});

/** The secret `{"botToken": "…"}`, read as the token. */
export const SlackBotToken = z.object({ botToken: z.string().min(1) }).transform(({ botToken }) => botToken);

export type NotifyConfig = z.infer<typeof Environment>;

export function loadConfig(environment: EnvironmentVariables): NotifyConfig {
  return parseEnvironment(Environment, environment);
}
