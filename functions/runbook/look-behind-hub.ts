import { bestView } from '../../core/evidence/best-view.ts';
import { findNode, nodesBehind } from '../../core/evidence/fleet-map.ts';
import type { Incident } from '../../core/incident/incident.ts';
import { recordSeen, view } from './look/look.ts';
import type { Seen } from './look/seen.ts';
import { orNoApi } from './or-no-api.ts';
import { effect, type Run, record } from './run.ts';

export interface HubView {
  readonly incident: Incident;
  /** What the hub's incident begins with; undefined: nothing was looked at yet, or it says nothing of the hub. */
  readonly seen: Seen | undefined;
  /** Hosts were asked, which takes a while. */
  readonly looked: boolean;
}

type View = { readonly type: 'view'; readonly from: string | null };

/**
 * A hub's tunnels are seen from the nodes behind it. An incident about a hub therefore begins with a look from one of them: where that
 * finds the fault on the hub, it is the incident of the hub from now on, and holds those of its nodes. What the node
 * shows of itself is its own incident's. Then, and where no node is behind the hub, the hub is looked at as any node is.
 */
export async function lookBehindHub(run: Run, incident: Incident): Promise<HubView> {
  const nothing = { incident, seen: undefined, looked: false };
  if (incident.shared !== undefined) return nothing;
  const { node: hub } = incident.target;
  const found = await effect(run, 'find view of hub', () => orNoApi(() => findView(run, incident)));
  if (found.type === 'no-api' || found.from === null) return nothing;
  const { from } = found;
  const ofHub = (each: Incident): Incident => ({ ...each, shared: { kind: 'hub', name: hub }, seenFrom: from });
  const seen = await view(run, ofHub(incident));
  if (seen.type !== 'seen') return { ...nothing, looked: true };
  const { cause, hostAtFault } = seen.diagnosis;
  const isOfHub = hostAtFault === hub;
  await record(
    run,
    { event: 'evidence', summary: `seen from ${from}: ${cause} on ${hostAtFault ?? 'no host'}` },
    isOfHub ? ofHub : undefined,
  );
  if (!isOfHub) return { ...nothing, looked: true };
  await recordSeen(run, ofHub(incident), seen);
  return { incident: ofHub(incident), seen, looked: true };
}

async function findView(run: Run, { target: { cluster, node } }: Incident): Promise<View> {
  const { ports, settings } = run;
  const { labels } = settings;
  const nodes = await run.nodes.recent();
  const hub = findNode(nodes, node);
  const behind = nodesBehind(nodes, node, labels);
  if (hub === undefined || behind.length === 0) return { type: 'view', from: null };
  const open = (await ports.store.listOpen()).filter(({ target }) => target.cluster === cluster);
  const inTrouble = open.map(({ target }) => target.node);
  return { type: 'view', from: bestView(hub, behind, inTrouble, labels) ?? null };
}
