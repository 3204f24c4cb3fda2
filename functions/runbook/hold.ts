import { controlPlane, type Shared, sharedTarget } from '../../core/alert/shared-fault.ts';
import { type Target, targetKey } from '../../core/alert/target.ts';
import { hubOf } from '../../core/evidence/fleet-map.ts';
import type { NodeObject } from '../../core/evidence/node-object.ts';
import type { Incident } from '../../core/incident/incident.ts';
import { giveBack } from './claims.ts';
import type { RunSummary } from './finish.ts';
import { openShared } from './open-shared.ts';
import { type NoApi, orNoApi } from './or-no-api.ts';
import { effect, type Run, record } from './run.ts';
import { withdrawEvery } from './withdraw-approval.ts';

/**
 * Before the first look: where the incident of the node's hub, site, provider or control plane is open, nothing is asked of any host.
 * `place`: a lock that the run takes next where it is not held.
 */
export async function holdAtOnce(run: Run, incident: Incident, place: Target): Promise<RunSummary | undefined> {
  if (incident.shared !== undefined) return undefined;
  const found = await effect(run, 'find holder', () => orNoApi(() => openHolder(run, incident, place)));
  if (found.type === 'no-api') return holdWithoutApi(run, incident, found);
  if (found.type === 'none') return undefined;
  const { holder, shared } = found;
  return hold(
    run,
    incident,
    holder,
    'its incident is open',
    shared.kind === 'control-plane' ? 'hands-off' : 'give-back',
  );
}

type Holder = { readonly type: 'none' } | { readonly type: 'holder'; readonly shared: Shared; readonly holder: Target };

/** The control plane first: while its incident is open its API may not answer. */
async function openHolder(run: Run, { target: { cluster, node } }: Incident, place: Target): Promise<Holder> {
  const { ports, settings } = run;
  const [ofControlPlane] = await Promise.all([openOf(run, cluster, [controlPlane]), ports.locks.readAhead([place])]);
  if (ofControlPlane.type === 'holder') return ofControlPlane;
  const object = await ports.cluster.getNode(node);
  if (object === undefined) return { type: 'none' };
  const hub = await hubNameOf(run, object);
  const { [settings.labels.site]: site, [settings.labels.provider ?? '']: provider } = object.metadata.labels;
  return openOf(run, cluster, [
    ...(hub === undefined ? [] : [{ kind: 'hub' as const, name: hub }]),
    ...(site === undefined ? [] : [{ kind: 'site' as const, name: site }]),
    ...(provider === undefined ? [] : [{ kind: 'provider' as const, name: provider }]),
  ]);
}

async function openOf({ ports }: Run, cluster: string, candidates: readonly Shared[]): Promise<Holder> {
  const holders = await Promise.all(
    candidates.map(async (shared) => {
      const holder = sharedTarget(cluster, shared);
      const latest = await ports.store.getLatest(holder);
      const isOpen = latest?.shared !== undefined && latest.phase !== 'closed';
      return isOpen ? { type: 'holder' as const, shared, holder } : undefined;
    }),
  );
  return holders.find((holder) => holder !== undefined) ?? { type: 'none' };
}

/**
 * The API server is in trouble: hands off every node. The incident waits for that of the control plane, which is opened where
 * there is none.
 */
export async function holdWithoutApi(run: Run, incident: Incident, { reason }: NoApi): Promise<RunSummary> {
  const because = `the API server is in trouble: ${reason}`;
  const { target, hypothesis, seenFrom = target.node } = incident;
  await openShared(run, incident, { shared: controlPlane, because, hypothesis, seenFrom });
  return hold(run, incident, sharedTarget(target.cluster, controlPlane), because, 'hands-off');
}

/** By the node's own label; a fleet of one hub needs none, and there all Nodes are asked. */
async function hubNameOf({ nodes, settings: { labels } }: Run, node: NodeObject): Promise<string | undefined> {
  return node.metadata.labels[labels.hub] ?? hubOf(await nodes.recent(), node, labels)?.metadata.name;
}

/**
 * Ends the run: the incident waits for the end of another one. Nothing of it stays on the node, unless the API is in trouble
 * (`hands-off`): then its claim is given back by the run that follows.
 */
export async function hold(
  run: Run,
  incident: Incident,
  holder: Target,
  why: string,
  claim: 'give-back' | 'hands-off',
): Promise<RunSummary> {
  await withdrawEvery(run);
  if (claim === 'give-back') await giveBack(run, incident, incident.target.node);
  await record(run, { event: 'held', summary: `held by ${targetKey(holder)}: ${why}` }, (latest) => ({
    ...latest,
    phase: 'held',
    heldBy: holder,
    pending: null,
  }));
  return { incidentId: incident.incidentId, outcome: 'at-rest' };
}
