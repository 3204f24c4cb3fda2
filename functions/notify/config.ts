import * as z from 'zod';
import { type EnvironmentVariables, parseEnvironment } from '../parse-environment.ts';

const Environment = z.object({
  TABLE_NAME: z.string().min(1),
  SLACK_SECRET_ID: z.string().min(1),
  SLACK_CHANNEL: z.string().min(1),
  SLACK_API_URL: z.url().optional(),
});

export type NotifyConfig = z.infer<typeof Environment>;

export function loadConfig(environment: EnvironmentVariables): NotifyConfig {
  return parseEnvironment(Environment, environment);
}
