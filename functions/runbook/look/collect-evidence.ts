import type { Target } from '../../../core/alert/target.ts';
import type { CloudRoutes } from '../../../core/cloud/cloud-routes.ts';
import { type Evidence, type HostReading, measuredBy } from '../../../core/evidence/evidence.ts';
import { nodesBehind, readyStatus } from '../../../core/evidence/fleet-map.ts';
import type { NodeObject } from '../../../core/evidence/node-object.ts';
import { peerOf } from '../../../core/overlay/drift.ts';
import type { ExpectedNetwork } from '../../../core/overlay/expected-network.ts';
import type { RunbookSettings } from '../settings.ts';
import { askedFirst, measure } from './measure.ts';
import { prepareLook, toEvidence } from './prepare-look.ts';
import { type HostContext, readHosts, unread } from './read-host.ts';
import { readInventory } from './read-inventory.ts';
import { readRouteTables } from './read-route-tables.ts';

export type Collected =
  | { readonly type: 'collected'; readonly evidence: Evidence }
  | { readonly type: 'unknown-target'; readonly reason: string };

export type EvidencePorts = HostContext['ports'] & { readonly cloudRoutes: CloudRoutes };

/** Nodes that a hub is looked at for beside the target, where its tables differ about them. `orReady`: those behind it that are Ready as well. */
export interface FurtherLeaves {
  readonly names: readonly string[];
  readonly orReady: boolean;
}

/** At most so many leaves are looked at with their hub at once: Run Command takes 80 probes, and the hub has others to send. */
const MOST_LEAVES = 40;

/**
 * Collects one `Evidence` value. Order matters: every host is read before its first packet, and the hub sends first, with the command
 * that reads all; then what `measure` sends.
 * `purpose` names the commands in Run Command's list. `further`: of a look at a hub. `listed`: the Node objects as they are now.
 */
export async function collectEvidence(
  target: Target,
  purpose: string,
  ports: EvidencePorts,
  settings: RunbookSettings,
  further?: FurtherLeaves,
  listed?: readonly NodeObject[],
): Promise<Collected> {
  const nodes = listed ?? (await ports.cluster.listNodes());
  const prepared = await prepareLook(nodes, target, { purpose, ports, settings });
  if (prepared === undefined) {
    return { type: 'unknown-target', reason: `no Node of the cluster is called or addressed ${target.node}` };
  }
  const { node, hosts, network, order, context } = prepared;
  const before = { node, nodes, hosts, network, passive: hosts.map(unread), focus: order.focus, leaves: [] };
  const [passive, routeTables] = await Promise.all([
    readHosts(askedFirst(before, context), order, context),
    readRouteTables(ports.cloudRoutes),
  ]);
  const hub = hosts.find(({ role }) => role === 'hub')?.name;
  const waiting = further === undefined ? [] : furtherNames(further, hub, nodes, settings);
  const others = waiting.filter((name) => name !== node.metadata.name);
  const leaves = leavesInTrouble(others, passive, network, context.flannelDevice);
  const concerned = [...hosts.map(({ name }) => name), ...leaves];
  const [measured, inventory, leaseAges] = await Promise.all([
    measure({ ...before, passive, leaves }, context),
    readInventory(ports.cluster, settings.inventoryNamespace, concerned),
    ports.cluster.listLeaseAges(ports.clock()),
  ]);
  const own = further === undefined ? {} : { leaves: [...leaves] };
  const told = { routeTables: [...routeTables], ...inventory, ...own };
  return { type: 'collected', evidence: toEvidence(target, prepared, { ...measured, leaseAges }, told) };
}

/** Those in trouble first. A node that is not Ready may be down: what the hub holds about it is for its own incident. */
function furtherNames(
  { names, orReady }: FurtherLeaves,
  hub: string | undefined,
  nodes: readonly NodeObject[],
  { labels }: RunbookSettings,
): readonly string[] {
  if (!orReady || hub === undefined) return names;
  const ready = nodesBehind(nodes, hub, labels).filter((node) => readyStatus(node) === 'True');
  return [...new Set([...names, ...ready.map(({ metadata }) => metadata.name)])];
}

/** Of the nodes that wait for the hub those about which its own tables differ. */
function leavesInTrouble(
  waiting: readonly string[],
  passive: readonly HostReading[],
  network: ExpectedNetwork,
  flannelDevice: string | null,
): readonly string[] {
  const hub = passive.find(({ role }) => role === 'hub');
  const measured = measuredBy(hub);
  if (hub === undefined || measured === undefined) return [];
  const peers = new Set(network.findDrift(hub.host, measured, flannelDevice, waiting).map(peerOf));
  return waiting.filter((name) => peers.has(name)).slice(0, MOST_LEAVES);
}
