import type { NodeObject } from '../../core/evidence/node-object.ts';
import type { ExecutionEngine } from '../../core/incident/execution-engine.ts';
import type { IncidentStore } from '../../core/incident/incident-store.ts';
import { addressEntries, type NodeDirectory } from '../../core/incident/node-directory.ts';
import type { Log } from '../../core/log.ts';
import type { ApprovalStore, CallbackResult } from '../../core/safety/approval.ts';
import type { Cluster } from '../../core/safety/cluster.ts';
import type { CapacityLedger } from '../../core/safety/disruption-budget.ts';
import { readClaim } from '../../core/safety/node-claim.ts';
import type { SafetyRecords } from '../../core/safety/safety-records.ts';
import { freeDeadSlots } from './free-dead-slots.ts';
import { recheck, restart, resume } from './next-runs.ts';
import { releaseOrphan } from './release-orphan.ts';

export interface SweepPorts {
  readonly store: IncidentStore;
  readonly approvals: ApprovalStore;
  readonly directory: NodeDirectory;
  readonly engine: ExecutionEngine;
  readonly cluster: Cluster;
  readonly capacity: CapacityLedger;
  readonly safety: Pick<SafetyRecords, 'pauses' | 'breakers'>;
  readonly clock: () => number;
  readonly log: Log;
}

export interface SweepSettings {
  /** Every name of the cluster. */
  readonly clusters: readonly string[];
  /** An incident that was handed over gets another run after this time; each further run after a longer pause. */
  readonly recheckSeconds: number;
  /** An execution that started less than this ago may not be listed yet. */
  readonly startGraceSeconds: number;
  /** This deployment: claims of another one are left alone until they expire. */
  readonly stackId: string;
}

export interface SweepReport {
  readonly expiredApprovals: number;
  readonly restartedIncidents: number;
  readonly rechecks: number;
  /** Incidents that were held, and go on. */
  readonly resumed: number;
  readonly releasedClaims: number;
  readonly freedSlots: number;
  /** Parts that could not be listed, or did not work for some of their items. */
  readonly failedParts: readonly string[];
}

/** Cleans up what a crash, a lost event or a person left behind. When one part fails, the others still run. */
export async function sweep(ports: SweepPorts, settings: SweepSettings): Promise<SweepReport> {
  const failed = new Set<string>();
  const pending = await listed(ports, failed, 'approvals', () => ports.approvals.listPending());
  const expiredApprovals = await each(ports, failed, 'approvals', pending, ({ approvalId }) =>
    expire(approvalId, ports),
  );
  // Stuck, at rest or held: an incident is at most one of them.
  const open = await listed(ports, failed, 'incidents', () => ports.store.listOpen());
  const counts = {
    expiredApprovals,
    restartedIncidents: await each(ports, failed, 'stuck', open, (incident) => restart(incident, ports, settings)),
    rechecks: await each(ports, failed, 'at-rest', open, (incident) => recheck(incident, ports, settings)),
    resumed: await each(ports, failed, 'held', open, (incident) => resume(incident, ports, settings)),
    releasedClaims: await each(
      ports,
      failed,
      'claims',
      await listed(ports, failed, 'claims', () => claimedNodes(ports, settings)),
      (node) => releaseOrphan(node.metadata.name, ports, settings),
    ),
    freedSlots: await freeSlots(ports, failed),
  };
  return { ...counts, failedParts: [...failed] };
}

/** The nodes that may carry a claim of ours. The others need no further call, however many they are. */
async function claimedNodes(ports: SweepPorts, settings: SweepSettings): Promise<readonly NodeObject[]> {
  return (await keepDirectory(ports, settings)).filter((node) => readClaim(node).type === 'ours');
}

/** Lists the nodes, and tells dispatch which addresses they have. The nodes count also when that fails. */
async function keepDirectory(
  { cluster, directory, clock, log }: SweepPorts,
  { clusters }: SweepSettings,
): Promise<readonly NodeObject[]> {
  const nodes = await cluster.listNodes();
  try {
    const entries = addressEntries(nodes);
    for (const name of clusters) await directory.keep(name, entries, clock());
  } catch (error) {
    log.error('sweep-part-failed', { part: 'directory', reason: String(error) });
  }
  return nodes;
}

async function freeSlots(ports: SweepPorts, failed: Set<string>): Promise<number> {
  try {
    return await freeDeadSlots(ports);
  } catch (error) {
    failed.add('slots');
    ports.log.error('sweep-part-failed', { part: 'slots', reason: String(error) });
    return 0;
  }
}

/** Empty where it could not be listed. */
async function listed<T>(
  { log }: SweepPorts,
  failed: Set<string>,
  part: string,
  list: () => Promise<readonly T[]>,
): Promise<readonly T[]> {
  try {
    return await list();
  } catch (error) {
    failed.add(part);
    log.error('sweep-part-failed', { part, reason: String(error) });
    return [];
  }
}

/** Counts the items on which `settle` did something. When it fails for one item, that is logged and the others go on. */
async function each<T>(
  ports: SweepPorts,
  failed: Set<string>,
  part: string,
  items: readonly T[],
  settle: (item: T) => Promise<boolean>,
): Promise<number> {
  let settled = 0;
  for (const item of items) {
    try {
      if (await settle(item)) settled += 1;
    } catch (error) {
      failed.add(part);
      ports.log.error('sweep-item-failed', { part, reason: String(error) });
    }
  }
  return settled;
}

/** For an approval whose execution is gone; otherwise the callback of the execution times out. */
async function expire(approvalId: string, { approvals, engine, clock, log }: SweepPorts): Promise<boolean> {
  const outcome = await approvals.settle(approvalId, 'expired', clock());
  if (outcome.type !== 'decided') return false;
  log.info('approval-expired', { approvalId });
  const { callbackId } = outcome.approval;
  if (callbackId === null) return true;
  const result: CallbackResult = { type: 'decision', approvalId, decision: 'expired', by: null, at: clock() };
  await engine.completeCallback(callbackId, result);
  return true;
}
