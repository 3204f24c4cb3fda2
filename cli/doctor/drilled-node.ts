import { readyStatus } from '../../core/evidence/fleet-map.ts';
import type { NodeObject } from '../../core/evidence/node-object.ts';
import type { IncidentStore } from '../../core/incident/incident-store.ts';
import type { CommandRunner } from '../../core/runbook/node-command.ts';
import type { Cluster } from '../../core/safety/cluster.ts';

export interface DrillPorts {
  readonly cluster: Pick<Cluster, 'listNodes'>;
  readonly commands: Pick<CommandRunner, 'findInstance'>;
  readonly store: Pick<IncidentStore, 'getLatest'>;
}

/** What the choice depends on besides. */
export interface DrillFleet {
  /** As alerts name the cluster. */
  readonly cluster: string;
  /** Undefined: any node that will do. */
  readonly node: string | undefined;
  /** Label of Nodes: `hub` marks hubs, which are taken last. */
  readonly roleLabel: string;
}

export type DrilledNode =
  | { readonly type: 'chosen'; readonly node: string; readonly instanceId: string }
  | { readonly type: 'none'; readonly reasons: readonly string[] };

/** A node that can be expected to be healthy, and that nobody is working on. Rejects where the cluster cannot be read. */
export async function chooseNode(
  { cluster, commands, store }: DrillPorts,
  { cluster: clusterName, node: wanted, roleLabel }: DrillFleet,
): Promise<DrilledNode> {
  const nodes = await cluster.listNodes();
  const candidates = wanted === undefined ? nodes : nodes.filter(({ metadata: { name } }) => name === wanted);
  if (wanted !== undefined && candidates.length === 0)
    return { type: 'none', reasons: [`the cluster has no node ${wanted}`] };
  const isHub = ({ metadata: { labels } }: NodeObject) => labels[roleLabel] === 'hub';
  const reasons: string[] = [];
  for (const candidate of candidates.toSorted((a, b) => Number(isHub(a)) - Number(isHub(b)))) {
    const { name } = candidate.metadata;
    const unfit = whyUnfit(candidate) ?? (await whyBusy(store, { cluster: clusterName, node: name }));
    if (unfit !== undefined) {
      reasons.push(`${name} ${unfit}`);
      continue;
    }
    const lookup = await commands.findInstance(name, candidate.spec.providerID);
    if (lookup.type === 'found' && lookup.agent.status === 'online')
      return { type: 'chosen', node: name, instanceId: lookup.instanceId };
    reasons.push(
      `${name}: ${lookup.type === 'found' ? `the agent of ${lookup.instanceId} is offline` : lookup.reason}`,
    );
  }
  return { type: 'none', reasons: reasons.length === 0 ? ['the cluster has no nodes'] : reasons };
}

function whyUnfit(node: NodeObject): string | undefined {
  if (readyStatus(node) !== 'True') return 'is not Ready';
  return node.spec.unschedulable === true ? 'is cordoned' : undefined;
}

async function whyBusy(
  store: DrillPorts['store'],
  target: { readonly cluster: string; readonly node: string },
): Promise<string | undefined> {
  const latest = await store.getLatest(target);
  return latest === undefined || latest.phase === 'closed' ? undefined : `has an open incident: ${latest.incidentId}`;
}
