import { type Shared, sharedTarget } from '../../core/alert/shared-fault.ts';
import { type Target, targetKey } from '../../core/alert/target.ts';
import { hubOf } from '../../core/evidence/fleet-map.ts';
import type { NodeObject } from '../../core/evidence/node-object.ts';
import type { Incident } from '../../core/incident/incident.ts';
import { withdrawEvery } from './ask-approval.ts';
import { giveBack } from './claims.ts';
import type { RunSummary } from './finish.ts';
import { effect, type Run, record } from './run.ts';

/** Before the first look: where the incident of the node's hub, site or control plane is open, nothing is asked of any host. */
export async function holdAtOnce(run: Run, incident: Incident): Promise<RunSummary | undefined> {
  if (incident.shared !== undefined) return undefined;
  const holder = await effect(run, 'find holder', async () => (await openHolder(run, incident)) ?? null);
  return holder === null ? undefined : hold(run, incident, holder, 'its incident is open');
}

async function openHolder(run: Run, { target: { cluster, node } }: Incident): Promise<Target | undefined> {
  const { ports, settings } = run;
  const object = await ports.cluster.getNode(node);
  if (object === undefined) return undefined;
  const hub = await hubNameOf(run, object);
  const site = object.metadata.labels[settings.labels.site];
  const candidates: readonly Shared[] = [
    ...(hub === undefined ? [] : [{ kind: 'hub' as const, name: hub }]),
    ...(site === undefined ? [] : [{ kind: 'site' as const, name: site }]),
    { kind: 'control-plane', name: 'control-plane' },
  ];
  for (const shared of candidates) {
    const target = sharedTarget(cluster, shared);
    const latest = await ports.store.getLatest(target);
    if (latest?.shared !== undefined && latest.phase !== 'closed') return target;
  }
  return undefined;
}

/** By the node's own label; a fleet of one hub needs none, and there all Nodes are asked. */
async function hubNameOf({ ports, settings: { labels } }: Run, node: NodeObject): Promise<string | undefined> {
  return node.metadata.labels[labels.hub] ?? hubOf(await ports.cluster.listNodes(), node, labels)?.metadata.name;
}

/** Ends the run: the incident waits for the end of another one. Nothing of it stays on the node. */
export async function hold(run: Run, incident: Incident, holder: Target, why: string): Promise<RunSummary> {
  await withdrawEvery(run);
  await giveBack(run, incident, incident.target.node);
  await record(run, { event: 'held', summary: `held by ${targetKey(holder)}: ${why}` }, (latest) => ({
    ...latest,
    phase: 'held',
    heldBy: holder,
    pending: null,
  }));
  return { incidentId: incident.incidentId, outcome: 'at-rest' };
}
