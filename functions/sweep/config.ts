import * as z from 'zod';
import { ClusterEnvironment } from '../cluster-environment.ts';
import { parseEnvironment } from '../parse-environment.ts';

const Environment = ClusterEnvironment.extend({
  TABLE_NAME: z.string().min(1),
  RUNBOOK_FUNCTION: z.string().min(1),
  RECHECK_SECONDS: z.coerce.number().int().positive().default(300),
  START_GRACE_SECONDS: z.coerce.number().int().positive().default(120),
});

export type SweepConfig = z.infer<typeof Environment>;

export function loadConfig(environment: Readonly<Record<string, string | undefined>>): SweepConfig {
  return parseEnvironment(Environment, environment);
}
