import * as z from 'zod';
import { KnownClusters } from '../known-clusters.ts';
import { type EnvironmentVariables, parseEnvironment } from '../parse-environment.ts';
import { RetentionEnvironment } from '../retention-environment.ts';

/** What a team may set about it; the same names locally and in the stack. */
export const SettingsEnvironment = RetentionEnvironment;

const Environment = KnownClusters.extend(SettingsEnvironment.shape).extend({
  TABLE_NAME: z.string().min(1),
  RUNBOOK_FUNCTION: z.string().min(1),
});

export type DispatchConfig = z.infer<typeof Environment>;

export function loadConfig(environment: EnvironmentVariables): DispatchConfig {
  return parseEnvironment(Environment, environment);
}
