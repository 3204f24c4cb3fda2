import type { CapacitySlot } from '../core/safety/disruption-budget.ts';
import { capacityInUse, type ScopeUse } from '../core/safety/judge-capacity.ts';
import { settingsFrom } from '../functions/runbook/config.ts';
import { loadLocalConfig } from '../local/config.ts';
import { clusterFrom } from '../local/kubernetes/cluster-from.ts';
import { alignColumns } from './align-columns.ts';
import type { CliIo } from './cli-io.ts';
import { startEnvironment } from './start-environment.ts';
import { type TableOptions, withCapacity } from './table-options.ts';

interface BudgetOptions extends TableOptions {
  /** A restitch.config.yaml, and one of its clusters. */
  readonly config?: string | undefined;
  readonly cluster?: string | undefined;
}

/** `restitch budget`. */
export async function budget(options: BudgetOptions, io: CliIo): Promise<number> {
  const environment = await startEnvironment(options, io.environment);
  const { labels, budgets } = settingsFrom(loadLocalConfig(environment));
  const now = Date.now();
  const slots = (await withCapacity(options, io, (ledger) => ledger.read())).filter(({ expiresAt }) => expiresAt > now);
  const nodes = await clusterFrom(undefined).listNodes();
  const uses = capacityInUse({ nodes, labels, budgets }, slots, now);
  if (options.json) io.out(JSON.stringify({ budgets: uses, reserved: slots }));
  else for (const line of budgetLines(uses, slots)) io.out(line);
  return 0;
}

function isUsedUp({ out, allowed }: ScopeUse): boolean {
  return out >= allowed;
}

/** One line for each budget; then what Restitch has reserved, and for which incident. */
export function budgetLines(uses: readonly ScopeUse[], reserved: readonly CapacitySlot[]): readonly string[] {
  const rows = uses.map((use) => [
    use.scope,
    String(use.members),
    String(use.out),
    String(use.allowed),
    isUsedUp(use) ? 'used up' : '',
  ]);
  const slots = reserved.map(
    ({ node, incidentId, expiresAt }) =>
      `reserved: ${node} for ${incidentId}, until ${new Date(expiresAt).toISOString().slice(0, 16)}Z`,
  );
  return [...alignColumns([['budget', 'nodes', 'out of service', 'allowed', ''], ...rows]), ...slots];
}
