import * as z from 'zod';
import { ClusterEnvironment } from '../cluster-environment.ts';
import { DocumentEnvironment } from '../document-environment.ts';
import { SettingsEnvironment as AlertLabels } from '../intake/config.ts';
import { type EnvironmentVariables, parseEnvironment } from '../parse-environment.ts';
import { RetentionEnvironment } from '../retention-environment.ts';
import { stackNameSetting } from '../stack-name-setting.ts';
import { ExpectedNetworkEnvironment } from './expected-network-environment.ts';
import { GateEnvironment } from './gate-environment.ts';

/** What a team may set about sweep; the same names locally and in the stack. */
export const SettingsEnvironment = z.object({
  RECHECK_SECONDS: z.coerce.number().int().positive().default(300),
  START_GRACE_SECONDS: z.coerce.number().int().positive().default(120),
  /** After this time without an answer more people are told of a question; 0: never. */
  ESCALATE_AFTER_SECONDS: z.coerce.number().int().nonnegative().default(0),
  /** Unset: sweep does not ask Alertmanager what it has. */
  ALERTMANAGER_URL: z.url().optional(),
  ALERTMANAGER_RECEIVER: z.string().min(1).default('restitch'),
  ...RetentionEnvironment.shape,
  ...GateEnvironment.shape,
  ...ExpectedNetworkEnvironment.shape,
});

/** The secret `{"token": "…"}`, read as the token. */
export const AlertmanagerToken = z.object({ token: z.string().min(1) }).transform(({ token }) => token);

const Environment = SettingsEnvironment.extend(ClusterEnvironment.shape)
  .extend(AlertLabels.shape)
  .extend(DocumentEnvironment.shape)
  .extend({
    ALERTMANAGER_SECRET_ID: z.string().min(1).optional(),
    TABLE_NAME: z.string().min(1),
    RUNBOOK_FUNCTION: z.string().min(1),
    STACK_NAME: stackNameSetting,
  });

export type SweepConfig = z.infer<typeof Environment>;

export function loadConfig(environment: EnvironmentVariables): SweepConfig {
  return parseEnvironment(Environment, environment);
}
