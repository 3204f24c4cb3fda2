import type { Incident } from '../../core/incident/incident.ts';
import type { ClaimOutcome } from '../../core/safety/cluster.ts';
import { type Claim, readClaim } from '../../core/safety/node-claim.ts';
import { effect, type Run, record } from './run.ts';

/** Cordons and taints the node for this incident. `claimed` is stored first: after a crash in between, the claim is still released. */
export async function claimNode(
  run: Run,
  incident: Incident,
  node: string,
  level: Claim['level'],
  operationKey: string,
): Promise<ClaimOutcome> {
  const outcome = await effect(run, `claim ${level}`, async () => {
    const { store, cluster, clock } = run.ports;
    await store.update(incident.incidentId, (current) => ({ ...current, claimed: true }));
    const placedAt = clock();
    const claim: Claim = {
      owner: 'restitch',
      incidentId: incident.incidentId,
      operationKey,
      level,
      before: { unschedulable: false },
      placedAt,
      expiresAt: placedAt + run.settings.claimHours * 3_600_000,
    };
    return cluster.placeClaim(node, claim, placedAt);
  });
  const said =
    outcome.type === 'refused' ? `claim refused: ${outcome.reason}` : `${node} is cordoned and tainted (${level})`;
  if (outcome.type !== 'unchanged')
    await record(run, { event: 'claimed', summary: said, operationKey, detail: outcome });
  return outcome;
}

/** Releases the node where our claim is one for a repair. */
export async function releaseRepairClaim(run: Run, incident: Incident, node: string): Promise<void> {
  const level = await effect(run, 'read claim', async () => {
    const object = await run.ports.cluster.getNode(node);
    const reading = object === undefined ? undefined : readClaim(object);
    return reading?.type === 'ours' && reading.claim.incidentId === incident.incidentId ? reading.claim.level : null;
  });
  if (level === 'repairing') await releaseNode(run, incident, node);
}

/** Releases the node: undoes what our claim did, and nothing that anybody else did. */
export async function releaseNode(run: Run, incident: Incident, node: string): Promise<void> {
  const outcome = await effect(run, 'release claim', () => run.ports.cluster.releaseClaim(node, incident.incidentId));
  const said = {
    released: `${node} is given back`,
    nothing: `${node} carries no claim`,
    'not-ours': `${node} is not ours to release`,
  }[outcome.type];
  await record(run, { event: 'released', summary: said, detail: outcome }, (current) => ({
    ...current,
    claimed: false,
  }));
}
