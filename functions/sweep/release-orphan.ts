import { claimExpired, operatorUncordoned, readClaim } from '../../core/safety/node-claim.ts';
import { startNextRun } from '../dispatch/dispatch.ts';
import type { SweepPorts, SweepSettings } from './sweep.ts';

/**
 * Releases our own claim where its incident is closed or unknown, and the expired claim of whoever is gone. A live claim of
 * another deployment is left alone; one without a stack id (version 0.1.0) is ours where we know its incident. Where a person
 * lifted the cordon of an incident that is handed over, its next run starts at once and ends it.
 */
export async function releaseOrphan(nodeName: string, ports: SweepPorts, settings: SweepSettings): Promise<boolean> {
  const { cluster, store, clock, log } = ports;
  const node = await cluster.getNode(nodeName);
  const reading = node === undefined ? { type: 'none' as const } : readClaim(node);
  if (node === undefined || reading.type !== 'ours') return false;
  const { claim } = reading;
  const { incidentId, stackId = settings.stackId } = claim;
  const incident = stackId === settings.stackId ? await store.get(incidentId) : undefined;
  if (incident !== undefined && incident.phase !== 'closed') {
    if (incident.phase === 'handed-over' && operatorUncordoned(node, claim)) await startNextRun(incident, ports);
    return false;
  }
  const isOurs = claim.stackId === settings.stackId || incident !== undefined;
  if (!isOurs && !claimExpired(claim, clock())) return false;
  const outcome = await cluster.releaseClaim(nodeName, claim);
  log.warn('orphan-claim', { node: nodeName, incidentId, stackId: claim.stackId, outcome: outcome.type });
  return outcome.type === 'released';
}
