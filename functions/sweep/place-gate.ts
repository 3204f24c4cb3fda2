import type { NodeObject } from '../../core/evidence/node-object.ts';
import type { Incident } from '../../core/incident/incident.ts';
import type { Sickness } from '../../core/safety/health-gate.ts';
import type { Claim } from '../../core/safety/node-claim.ts';
import { reserveCapacity } from '../../core/safety/reserve-capacity.ts';
import type { GatePorts, GateSettings, SickIncident } from './gate-ports.ts';
import { noteGate } from './note-gate.ts';

/**
 * Reserves the node and taints it. `claimed` is stored first and `gatedAt` last: what a crash in between leaves is released with
 * the incident, or placed again. False: something changed since the guards were asked.
 */
export async function placeGate(
  ports: GatePorts,
  { stackId, labels, budgets, claimHours }: GateSettings,
  nodes: readonly NodeObject[],
  incident: SickIncident,
  why: string,
): Promise<boolean> {
  const { cluster, store, capacity, clock } = ports;
  const { incidentId, sick } = incident;
  const { node } = incident.target;
  const operationKey = `${incidentId}.gate.${sick.since}`;
  const now = clock();
  const expiresAt = now + claimHours * 3_600_000;
  const current = await store.update(incidentId, (latest) =>
    isStillDue(latest, sick) ? { ...latest, claimed: true } : undefined,
  );
  if (current === undefined || !isStillDue(current, sick)) return false;
  const request = { incidentId, operationKey, nodes: [node], now, expiresAt, gate: true } as const;
  const verdict = await reserveCapacity(capacity, { nodes, labels, budgets }, request);
  if (verdict.type !== 'fits') return false;
  const claim: Claim = {
    owner: 'restitch',
    stackId,
    ...(sick.nodeUid === undefined ? {} : { nodeUid: sick.nodeUid }),
    incidentId,
    operationKey,
    level: 'gated',
    before: { unschedulable: false },
    gatedAt: now,
    placedAt: now,
    expiresAt,
  };
  const outcome = await cluster.placeClaim(node, claim, now);
  if (outcome.type === 'refused') {
    await noteGate(ports, incident, 'refused', {
      event: 'guard',
      summary: `${node} is not tainted: ${outcome.reason}`,
    });
    return false;
  }
  const summary = `${node} is tainted, so that no new pods come to it: ${why}`;
  await noteGate(ports, incident, 'placed', { event: 'claimed', summary, operationKey }, (latest) =>
    latest.phase === 'closed' ? undefined : { ...latest, gatedAt: now },
  );
  return true;
}

/** Nothing was seen since that ends the sickness. */
function isStillDue({ phase, sick, gatedAt }: Incident, { since }: Sickness): boolean {
  return phase !== 'closed' && sick?.since === since && gatedAt === undefined;
}
