import { controlPlane, type Shared, sharedTarget } from '../../core/alert/shared-fault.ts';
import { type Target, targetKey } from '../../core/alert/target.ts';
import { hubOf } from '../../core/evidence/fleet-map.ts';
import type { NodeObject } from '../../core/evidence/node-object.ts';
import type { Incident } from '../../core/incident/incident.ts';
import { giveBack } from './claims.ts';
import type { RunSummary } from './finish.ts';
import { openShared } from './open-shared.ts';
import type { NoApi } from './or-no-api.ts';
import { type Run, record } from './run.ts';
import { withdrawEvery } from './withdraw-approval.ts';

/** Another incident holds this one. */
export interface Held {
  readonly type: 'held';
  readonly shared: Shared;
  readonly holder: Target;
}

/** Before the first look: where the incident of what the node shares is open, nothing is asked of any host. */
export function holdBy(run: Run, incident: Incident, { shared, holder }: Held): Promise<RunSummary> {
  const claim = shared.kind === 'control-plane' ? 'hands-off' : 'give-back';
  return hold(run, incident, holder, 'its incident is open', claim);
}

/** The hub, the site and the provider of a node. `isCrowded`: others look for the first time too, so this one may never list the Nodes. */
export async function sharedBy(run: Run, node: NodeObject, isCrowded: boolean): Promise<readonly Shared[]> {
  const { labels } = run.settings;
  const hub = await hubNameOf(run, node, isCrowded);
  const { [labels.site]: site, [labels.provider ?? '']: provider } = node.metadata.labels;
  return [
    ...(hub === undefined ? [] : [{ kind: 'hub' as const, name: hub }]),
    ...(site === undefined ? [] : [{ kind: 'site' as const, name: site }]),
    ...(provider === undefined ? [] : [{ kind: 'provider' as const, name: provider }]),
  ];
}

/** The first of them whose incident is open. */
export async function findHolder(
  { ports }: Run,
  cluster: string,
  candidates: readonly Shared[],
): Promise<Held | undefined> {
  const holders = await Promise.all(
    candidates.map(async (shared): Promise<Held | undefined> => {
      const holder = sharedTarget(cluster, shared);
      const latest = await ports.store.getLatest(holder);
      const isOpen = latest?.shared !== undefined && latest.phase !== 'closed';
      return isOpen ? { type: 'held', shared, holder } : undefined;
    }),
  );
  return holders.find((holder) => holder !== undefined);
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

/**
 * By the node's own label. A fleet of one hub needs none: there the Nodes are listed, which the look needs anyway, or in a crowd the
 * hubs alone.
 */
async function hubNameOf(
  { ports, nodes, settings: { labels } }: Run,
  node: NodeObject,
  isCrowded: boolean,
): Promise<string | undefined> {
  const named = node.metadata.labels[labels.hub];
  if (named !== undefined) return named;
  const listed = await (isCrowded ? ports.cluster.listNodes({ name: labels.role, value: 'hub' }) : nodes.recent());
  return hubOf(listed, node, labels)?.metadata.name;
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
