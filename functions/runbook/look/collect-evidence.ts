import type { Target } from '../../../core/alert/target.ts';
import type { CloudRoutes } from '../../../core/cloud/cloud-routes.ts';
import { EVIDENCE_SCHEMA, type Evidence, type HostReading, measuredBy } from '../../../core/evidence/evidence.ts';
import { comparisonPeer, findNode, hubOf, readyStatus, segmentHost } from '../../../core/evidence/fleet-map.ts';
import type { NodeObject } from '../../../core/evidence/node-object.ts';
import { parseIp } from '../../../core/network/address.ts';
import { addressAt, parseCidr } from '../../../core/network/cidr.ts';
import { peerOf } from '../../../core/overlay/drift.ts';
import type { ExpectedNetwork } from '../../../core/overlay/expected-network.ts';
import { UNKNOWN_CONFIG } from '../../../core/overlay/overlay-config.ts';
import { expectedNetwork } from '../../../core/overlay/registry.ts';
import type { InstanceLookup } from '../../../core/runbook/node-command.ts';
import { countLeases } from '../../../core/safety/stale-leases.ts';
import type { RunbookSettings } from '../settings.ts';
import { measure } from './measure.ts';
import { type Host, type HostContext, readHost } from './read-host.ts';
import { readInventory } from './read-inventory.ts';
import { readRouteTables } from './read-route-tables.ts';

export type Collected =
  | { readonly type: 'collected'; readonly evidence: Evidence }
  | { readonly type: 'unknown-target'; readonly reason: string };

export type EvidencePorts = HostContext['ports'] & { readonly cloudRoutes: CloudRoutes };

/** At most so many leaves are looked at with their hub at once: Run Command takes 80 probes, and the hub has others to send. */
const MOST_LEAVES = 40;

/**
 * Collects one `Evidence` value. Order matters: every passive reading first, in parallel; then what `measure` sends.
 * `purpose` names the commands in Run Command's list. `waiting`: further nodes that the hub is to be looked at for.
 */
export async function collectEvidence(
  target: Target,
  purpose: string,
  ports: EvidencePorts,
  settings: RunbookSettings,
  waiting: readonly string[] = [],
): Promise<Collected> {
  const nodes = await ports.cluster.listNodes();
  const node = findNode(nodes, target.node);
  if (node === undefined) {
    return { type: 'unknown-target', reason: `no Node of the cluster is called or addressed ${target.node}` };
  }
  const hosts = await hostsToAsk(nodes, node, ports, settings);
  const network = expectedNetwork(nodes, node.metadata.name);
  const flannelDevice = network.device(settings);
  const second = secondFamily(nodes, node, settings);
  const context = { ports, settings, purpose, nodes, flannelDevice, second };
  const focus = [...focusOf(network, hosts), ...(second === undefined ? [] : focusOf(second.network, hosts))];
  const [passive, routeTables] = await Promise.all([
    Promise.all(hosts.map((host) => readHost(host, { focus, ways: waysTo(network, hosts) }, context))),
    readRouteTables(ports.cloudRoutes),
  ]);
  const others = waiting.filter((name) => name !== node.metadata.name);
  const leaves = leavesInTrouble(others, passive, network, flannelDevice);
  const concerned = [...hosts.map(({ name }) => name), ...leaves];
  const [measured, inventory, leaseAges] = await Promise.all([
    measure({ node, nodes, hosts, network, passive, focus, leaves }, context),
    readInventory(ports.cluster, settings.inventoryNamespace, concerned),
    ports.cluster.listLeaseAges(ports.clock()),
  ]);
  return {
    type: 'collected',
    evidence: {
      schema: EVIDENCE_SCHEMA,
      collectedAt: ports.clock(),
      target: { cluster: target.cluster, node: node.metadata.name },
      flannelDevice,
      ...(second === undefined ? {} : { flannelDeviceV6: second.flannelDevice }),
      wireguardDevice: settings.wireguardDevice,
      agent: agentOf(hosts[0]?.lookup),
      kubernetes: {
        ready: readyStatus(node),
        leaseAgeSeconds: leaseAges === 'unknown' ? null : (leaseAges.get(node.metadata.name) ?? null),
        fleetLeases: countLeases(nodes, leaseAges),
        kubelet: measured.kubelet,
      },
      nodes: [...nodes],
      readings: [...measured.readings],
      ...(waiting.length === 0 ? {} : { leaves: [...leaves] }),
      routeTables: [...routeTables],
      ...inventory,
    },
  };
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

/** The node's IPv6 pod network beside its IPv4 one. Undefined: it has none, or its object does not say enough about it. */
function secondFamily(
  nodes: readonly NodeObject[],
  node: NodeObject,
  settings: RunbookSettings,
): HostContext['second'] {
  const { name } = node.metadata;
  const network = expectedNetwork(nodes, name, UNKNOWN_CONFIG, 'ipv6');
  const hasOne = network.members.some((member) => member.node === name);
  return hasOne ? { network, flannelDevice: network.device(settings) } : undefined;
}

/** What identifies the hosts in WireGuard's peer entries: tunnel addresses on the hub, pod networks and keys in flannel's device. */
function focusOf(network: ExpectedNetwork, hosts: readonly Host[]): readonly string[] {
  return hosts.flatMap(({ name }) => network.focus(name));
}

/** Of every host that is read: its public address, its flannel device and its pods' gateway, as far as they are IPv4. */
function waysTo({ members }: ExpectedNetwork, hosts: readonly Host[]): readonly string[] {
  const asked = members.filter(({ node }) => hosts.some(({ name }) => name === node));
  const addresses = asked.flatMap(({ publicIp, overlayIp, podCidr }) => {
    const cidr = parseCidr(podCidr);
    return [publicIp, overlayIp, (cidr && addressAt(cidr, 1n)) ?? ''];
  });
  return [...new Set(addresses)].filter((text) => parseIp(text)?.version === 4);
}

/** The node first, then hub, peer and segment host where they exist. */
async function hostsToAsk(
  nodes: readonly NodeObject[],
  node: NodeObject,
  ports: EvidencePorts,
  { labels }: RunbookSettings,
): Promise<readonly Host[]> {
  const hub = hubOf(nodes, node, labels);
  const peer = comparisonPeer(nodes, node, hub, labels);
  const segment = segmentHost(nodes, hub, [node, peer], labels);
  const asked = [
    { role: 'node' as const, node },
    { role: 'hub' as const, node: hub },
    { role: 'peer' as const, node: peer },
    { role: 'segment' as const, node: segment },
  ];
  const hosts = await Promise.all(
    asked.map(async ({ role, node: each }) => {
      if (each === undefined) return undefined;
      const { name } = each.metadata;
      return { role, name, lookup: await ports.commands.findInstance(name, each.spec.providerID) };
    }),
  );
  return hosts.filter((host) => host !== undefined);
}

function agentOf(lookup: InstanceLookup | undefined): Evidence['agent'] {
  return lookup?.type === 'found' ? lookup.agent.status : 'unknown';
}
