import { findNode } from '../../core/evidence/fleet-map.ts';
import type { NodeObject } from '../../core/evidence/node-object.ts';
import { type Incident, isAtRest } from '../../core/incident/incident.ts';
import { withoutClaim } from '../../core/incident/without-claim.ts';
import type { CallbackResult } from '../../core/safety/approval.ts';
import {
  type ClaimHolder,
  isAnotherNode,
  isHeldBy,
  operatorUncordoned,
  readClaim,
  takenBackReason,
} from '../../core/safety/node-claim.ts';
import type { GatePorts, GateSettings } from './gate-ports.ts';
import { noteGate } from './note-gate.ts';

/**
 * A person who removes the taint of a gated node is respected: the node is left alone for the cool-off. A run that waits for an
 * answer is woken and ends by itself. An incident at rest is settled here; it was read before `nodes`, and where it has the same
 * run afterwards, no run of ours gave the node back meanwhile.
 */
export async function respectRemoval(
  ports: GatePorts,
  { stackId, coolOffSeconds }: GateSettings,
  nodes: readonly NodeObject[],
  incident: Incident,
): Promise<void> {
  const { store, holds, cluster, engine, clock, log } = ports;
  const { incidentId, target, pending } = incident;
  const holder: ClaimHolder = { incidentId, stackId };
  const node = findNode(nodes, target.node);
  if (node === undefined || !isRemoved(node, holder)) return;
  if (pending !== null && operatorUncordoned(node, holder)) {
    const wake: CallbackResult = { type: 'signal', signal: 'alert-firing', at: clock() };
    await engine.completeCallback(pending.callbackId, wake);
    return;
  }
  const latest = await store.get(incidentId);
  if (latest === undefined || latest.phase === 'closed' || !isAtRest(latest) || latest.run !== incident.run) return;
  const isRecreated = isAnotherNode(node, latest.sick?.nodeUid);
  const reason = isRecreated ? 'the Node was created anew' : takenBackReason(node);
  if (!isRecreated) {
    const until = clock() + coolOffSeconds * 1_000;
    await holds.put(target, { until, reason, incidentId });
  }
  await cluster.releaseClaim(target.node, holder);
  log.warn('gate-removed', { ...target, incidentId, reason });
  await noteGate(ports, latest, 'removed', { event: 'released', summary: `${target.node}: ${reason}` }, withoutClaim);
}

/** Our taint is gone, or with it the whole claim. */
function isRemoved(node: NodeObject, holder: ClaimHolder): boolean {
  const reading = readClaim(node);
  if (reading.type === 'none') return true;
  return reading.type === 'ours' && isHeldBy(reading.claim, holder) && operatorUncordoned(node, holder);
}
