import * as z from 'zod';
import { CommaList } from '../comma-list.ts';
import { parseEnvironment } from '../parse-environment.ts';

const Environment = z.object({
  QUEUE_URL: z.url(),
  WEBHOOK_SECRET_ID: z.string().min(1),
  CLUSTER_LABELS: CommaList.default(['cluster']),
  NODE_LABELS: CommaList.default(['node', 'nodename', 'kubernetes_node']),
  DEFAULT_CLUSTER: z.string().min(1).nullable().default(null),
  MAX_BODY_BYTES: z.coerce.number().int().positive().default(1_048_576),
});

/** Two valid tokens, so that Alertmanager can be moved from one to the other. */
export const WebhookSecret = z.object({ current: z.string().min(16), previous: z.string().min(16).optional() });

export type IntakeConfig = z.infer<typeof Environment>;

export function loadConfig(environment: Readonly<Record<string, string | undefined>>): IntakeConfig {
  return parseEnvironment(Environment, environment);
}
