import * as z from 'zod';
import { RestitchError } from '../core/restitch-error.ts';

/** A process's environment, as `process.env` has it. */
export type EnvironmentVariables = Readonly<Record<string, string | undefined>>;

/** Parses a function's environment once, at its start. Throws with the names of the variables that are wrong. */
export function parseEnvironment<T>(schema: z.ZodType<T>, environment: EnvironmentVariables): T {
  const result = schema.safeParse(environment);
  if (result.success) return result.data;
  throw new RestitchError('configuration', `environment: ${z.prettifyError(result.error)}`, { retryable: false });
}
