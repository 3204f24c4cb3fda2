import * as z from 'zod';
import { actingDocuments, fileDocument } from '../runbook/node-command.ts';

/**
 * The one JSON line that every acting document (`apply`, `restart-agent`, `bounce`, `confirm`, `rollback`, `read-journal`) prints, and the
 * entry that the node's journal keeps under the operation key. `expect` prints one too, without a key, and has no journal.
 *
 * - `applied`: something changed; `unchanged`: every operation was already true.
 * - `refused`: nothing was touched (line outside the grammar, older fencing token, agent without ENV_VAR support).
 * - `failed`: at least one operation failed; `changed` tells what was done before.
 * - `confirmed` / `rolled-back` / `not-armed`: the answers about a rollback timer.
 * - `interrupted`: the journal knows that it began, and not that it ended. `absent`: the journal does not know the key.
 */
export const ActionReport = z.object({
  schema: z.literal('restitch/action/1'),
  action: z.enum([...actingDocuments, fileDocument]),
  operationKey: z.string(),
  status: z.enum([
    'applied',
    'unchanged',
    'refused',
    'failed',
    'confirmed',
    'rolled-back',
    'not-armed',
    'interrupted',
    'absent',
  ]),
  replayed: z.boolean().describe('true: the stored result of an earlier run with this key; nothing ran now'),
  checkOnly: z.boolean().describe('true: `check` mode, `changed` is what would change'),
  changed: z.array(z.string()).describe('operation lines'),
  unchangedCount: z.int(),
  failed: z.array(z.object({ line: z.string(), error: z.string() })),
  reason: z.string().nullable(),
  refusal: z
    .enum(['stale-token', 'busy'])
    .optional()
    .describe('of `refused`: the host’s lock is somebody else’s by now; or another change is at work. Both pass.'),
  rollbackAt: z.int().nullable().describe('epoch seconds when an armed rollback fires, if it is not confirmed before'),
});

export type ActionReport = z.infer<typeof ActionReport>;
