import * as z from 'zod';
import { KnownClusters } from '../known-clusters.ts';
import { type EnvironmentVariables, parseEnvironment } from '../parse-environment.ts';

const Environment = KnownClusters.extend({ TABLE_NAME: z.string().min(1), RUNBOOK_FUNCTION: z.string().min(1) });

export type DispatchConfig = z.infer<typeof Environment>;

export function loadConfig(environment: EnvironmentVariables): DispatchConfig {
  return parseEnvironment(Environment, environment);
}
