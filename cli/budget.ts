import { isoMinute } from '../adapters/iso-time.ts';
import type { CapacitySlot } from '../core/safety/disruption-budget.ts';
import { capacityInUse, type ScopeUse } from '../core/safety/judge-capacity.ts';
import { settingsFrom } from '../functions/runbook/config.ts';
import { loadLocalConfig } from '../local/config.ts';
import { clusterFrom } from '../local/kubernetes/cluster-from.ts';
import { alignColumns } from './align-columns.ts';
import type { CliIo } from './cli-io.ts';
import { startEnvironment } from './start-environment.ts';
import { type TableOptions, withCapacity } from './table-options.ts';
import { UsageError } from './usage-error.ts';

interface BudgetOptions extends TableOptions {
  /** A restitch.config.yaml. */
  readonly config?: string | undefined;
  /** Of a file with several, or of a stack that serves several. */
  readonly cluster?: string | undefined;
}

/** `restitch budget`. */
export async function budget(options: BudgetOptions, io: CliIo): Promise<number> {
  const { config, cluster } = options;
  const environment = await startEnvironment(config === undefined ? {} : { config, cluster }, io.environment);
  const { labels, budgets } = settingsFrom(loadLocalConfig(environment));
  const now = Date.now();
  const all = await withCapacity(options, io, (ledger) => ledger.read());
  const slots = slotsOf(cluster, all).filter(({ expiresAt }) => expiresAt > now);
  const nodes = await clusterFrom(undefined).listNodes();
  const uses = capacityInUse({ nodes, labels, budgets }, slots, now);
  if (options.json) io.out(JSON.stringify({ budgets: uses, reserved: slots }));
  else for (const line of budgetLines(uses, slots)) io.out(line);
  return 0;
}

/** A stack may serve several clusters, whose nodes may have the same names: those of one kubeconfig are those of one cluster. */
export function slotsOf(cluster: string | undefined, slots: readonly CapacitySlot[]): readonly CapacitySlot[] {
  const known = [...new Set(slots.flatMap((slot) => slot.cluster ?? []))];
  if (cluster === undefined && known.length > 1)
    throw new UsageError(`the nodes of which cluster? Give --cluster, one of: ${known.toSorted().join(', ')}`);
  return slots.filter((slot) => cluster === undefined || slot.cluster === undefined || slot.cluster === cluster);
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
    ({ node, incidentId, expiresAt }) => `reserved: ${node} for ${incidentId}, until ${isoMinute(expiresAt)}`,
  );
  return [...alignColumns([['budget', 'nodes', 'out of service', 'allowed', ''], ...rows]), ...slots];
}
