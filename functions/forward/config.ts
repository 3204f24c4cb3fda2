import * as z from 'zod';
import { type EnvironmentVariables, parseEnvironment } from '../parse-environment.ts';

/** What is on this machine needs no encryption. */
const LOOPBACK = /^http:\/\/(127\.0\.0\.1|\[::1\]|localhost)(:\d+)?\//;

const Environment = z.object({
  TABLE_NAME: z.string().min(1),
  /** Where questions are posted. */
  APPROVAL_WEBHOOK_URL: z.url().refine((url) => url.startsWith('https://') || LOOPBACK.test(url), 'is not https'),
  /** The secret of the keys that sign them: `WebhookKeys`. */
  APPROVAL_WEBHOOK_SECRET_ID: z.string().min(1),
});

export type ForwardConfig = z.infer<typeof Environment>;

export function loadConfig(environment: EnvironmentVariables): ForwardConfig {
  return parseEnvironment(Environment, environment);
}
