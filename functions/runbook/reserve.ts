import type { Incident } from '../../core/incident/incident.ts';
import type { CapacityVerdict } from '../../core/safety/judge-capacity.ts';
import { reserveCapacity } from '../../core/safety/reserve-capacity.ts';
import { claimMs } from './claims.ts';
import { effect, type Run, record } from './run.ts';

/**
 * Reserves the nodes that a stage takes, against every budget and with the nodes as they are now. Undefined: reserved, or
 * nothing is taken. Otherwise why there is no room.
 */
export async function reserve(
  run: Run,
  { incidentId }: Incident,
  takes: readonly string[],
  stage: string,
  operationKey: string,
): Promise<string | undefined> {
  if (takes.length === 0) return undefined;
  const verdict = await effect(run, 'reserve capacity', async (): Promise<CapacityVerdict> => {
    const { cluster, capacity, clock } = run.ports;
    const { labels, budgets } = run.settings;
    const nodes = await cluster.listNodes();
    const now = clock();
    const request = { incidentId, operationKey, nodes: takes, now, expiresAt: now + claimMs(run) };
    return reserveCapacity(capacity, { nodes, labels, budgets }, request);
  });
  const isReserved = verdict.type === 'fits' || verdict.type === 'last';
  const summary = isReserved ? `${takes.join(', ')} reserved for ${stage}` : `no room for ${stage}: ${verdict.reason}`;
  await record(run, { event: 'reserved', summary, stage, operationKey, detail: { takes, verdict } });
  return isReserved ? undefined : verdict.reason;
}
