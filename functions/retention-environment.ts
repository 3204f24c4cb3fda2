import * as z from 'zod';
import { KEPT_DAYS } from '../adapters/aws/table-definition.ts';

/**
 * For every function that writes to receipts. The stack keeps the histories of executions as long: at most 90 days by Lambda, and for
 * longer than a dead-letter queue keeps the input of a run, because an execution is started once only while its name is known.
 */
export const RetentionEnvironment = z.object({
  RECEIPT_DAYS: z.coerce.number().int().min(15).max(90).default(KEPT_DAYS),
});
