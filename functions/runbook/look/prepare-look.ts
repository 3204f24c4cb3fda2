import type { Target } from '../../../core/alert/target.ts';
import { EVIDENCE_SCHEMA, type Evidence } from '../../../core/evidence/evidence.ts';
import { comparisonPeer, findNode, hubOf, readyStatus, segmentHost } from '../../../core/evidence/fleet-map.ts';
import type { NodeObject } from '../../../core/evidence/node-object.ts';
import { tableDigests } from '../../../core/evidence/table-digests.ts';
import { parseIp } from '../../../core/network/address.ts';
import { addressAt, parseCidr } from '../../../core/network/cidr.ts';
import type { ExpectedNetwork } from '../../../core/overlay/expected-network.ts';
import { UNKNOWN_CONFIG } from '../../../core/overlay/overlay-config.ts';
import { expectedNetwork } from '../../../core/overlay/registry.ts';
import type { InstanceLookup } from '../../../core/runbook/node-command.ts';
import { countLeases, type LeaseAges } from '../../../core/safety/stale-leases.ts';
import type { RunbookSettings } from '../settings.ts';
import type { Measured } from './measure.ts';
import type { Host, HostContext, ReadOrder } from './read-host.ts';

/** Whom a look asks, and what about, before anybody is asked. */
export interface PreparedLook {
  readonly node: NodeObject;
  readonly nodes: readonly NodeObject[];
  readonly hosts: readonly Host[];
  readonly network: ExpectedNetwork;
  readonly order: ReadOrder;
  readonly context: HostContext;
}

/** Undefined: there is no such node. */
export async function prepareLook(
  nodes: readonly NodeObject[],
  target: Target,
  { purpose, ports, settings }: Pick<HostContext, 'purpose' | 'ports' | 'settings'>,
): Promise<PreparedLook | undefined> {
  const node = findNode(nodes, target.node);
  if (node === undefined) return undefined;
  const hosts = await hostsToAsk(nodes, node, ports, settings);
  const network = expectedNetwork(nodes, node.metadata.name);
  const flannelDevice = network.device(settings);
  const second = secondFamily(nodes, node, settings);
  const tables = network.expectedTables(flannelDevice);
  const digests = tables && tableDigests(tables);
  const context = { ports, settings, purpose, nodes, flannelDevice, second, digests };
  const focus = [...focusOf(network, hosts), ...(second === undefined ? [] : focusOf(second.network, hosts))];
  return { node, nodes, hosts, network, order: { focus, ways: waysTo(network, hosts) }, context };
}

/** What was seen from outside the hosts, beside what they measured. */
type Told = Pick<Evidence, 'leaves' | 'routeTables' | 'inventory' | 'inventoryUnusable'>;

export function toEvidence(
  { cluster }: Target,
  { node, nodes, hosts, context: { ports, settings, flannelDevice, second } }: PreparedLook,
  { readings, kubelet, leaseAges }: Measured & { readonly leaseAges: LeaseAges },
  told: Told,
): Evidence {
  const { name } = node.metadata;
  return {
    schema: EVIDENCE_SCHEMA,
    collectedAt: ports.clock(),
    target: { cluster, node: name },
    flannelDevice,
    ...(second === undefined ? {} : { flannelDeviceV6: second.flannelDevice }),
    wireguardDevice: settings.wireguardDevice,
    agent: agentOf(hosts[0]?.lookup),
    kubernetes: {
      ready: readyStatus(node),
      leaseAgeSeconds: leaseAges === 'unknown' ? null : (leaseAges.get(name) ?? null),
      fleetLeases: countLeases(nodes, leaseAges),
      kubelet,
    },
    nodes,
    readings: [...readings],
    ...told,
  };
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
  ports: HostContext['ports'],
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
