import type { Target } from '../../core/alert/target.ts';
import { peerOf } from '../../core/evidence/drift.ts';
import { EVIDENCE_SCHEMA, type Evidence, type HostReading, measuredBy } from '../../core/evidence/evidence.ts';
import { type ExpectedNetwork, expectedNetwork } from '../../core/evidence/expected-network.ts';
import { findDrift } from '../../core/evidence/find-drift.ts';
import { comparisonPeer, findNode, hubOf, readyStatus } from '../../core/evidence/fleet-map.ts';
import type { NodeObject } from '../../core/evidence/node-object.ts';
import { planProbes } from '../../core/evidence/probe-plan.ts';
import type { InstanceLookup } from '../../core/runbook/node-command.ts';
import type { Cluster } from '../../core/safety/cluster.ts';
import { type Host, probeHost, readHost } from './read-host.ts';
import type { CommandPorts } from './read-only-command.ts';
import type { RunbookSettings } from './settings.ts';

export type Collected =
  | { readonly type: 'collected'; readonly evidence: Evidence }
  | { readonly type: 'unknown-target'; readonly reason: string };

export interface EvidencePorts extends CommandPorts {
  readonly cluster: Cluster;
}

/** At most this many peers are probed besides hub and comparison peer: those whose entries differ on the node. */
const MAX_DRIFTED_PEERS = 4;

/**
 * Collects one `Evidence` value. Order matters: every passive reading first, in parallel; then hub → node with the
 * control plane's path to the kubelet; then node and peer outwards. `purpose` names the commands in Run Command's list.
 */
export async function collectEvidence(
  target: Target,
  purpose: string,
  ports: EvidencePorts,
  settings: RunbookSettings,
): Promise<Collected> {
  const nodes = await ports.cluster.listNodes();
  const node = findNode(nodes, target.node);
  if (node === undefined) {
    return { type: 'unknown-target', reason: `no Node of the cluster is called or addressed ${target.node}` };
  }
  const hub = hubOf(nodes, node, settings.labels);
  const peer = comparisonPeer(nodes, node, hub, settings.labels);
  const lookups = await Promise.all([node, hub, peer].map((each) => lookUp(each, ports)));
  const hosts = hostsOf([node, hub, peer], lookups);
  const context = { ports, settings, purpose };
  const passive = await Promise.all(hosts.map((host) => readHost(host, context)));
  const network = expectedNetwork(nodes);
  const readings = await probeAll(node, hosts, passive, network, context);
  return {
    type: 'collected',
    evidence: {
      schema: EVIDENCE_SCHEMA,
      collectedAt: ports.clock(),
      target: { cluster: target.cluster, node: node.metadata.name },
      vxlanDevice: settings.vxlanDevice,
      wireguardDevice: settings.wireguardDevice,
      agent: agentOf(lookups[0]),
      kubernetes: {
        ready: readyStatus(node),
        leaseAgeSeconds: readings.leaseAgeSeconds,
        kubelet: readings.kubelet,
      },
      nodes: [...nodes],
      readings: [...readings.hosts],
    },
  };
}

async function lookUp(node: NodeObject | undefined, ports: EvidencePorts): Promise<InstanceLookup | undefined> {
  return node === undefined ? undefined : ports.commands.findInstance(node.metadata.name, node.spec.providerID);
}

function agentOf(lookup: InstanceLookup | undefined): Evidence['agent'] {
  return lookup?.type === 'found' ? lookup.agent.status : 'unknown';
}

const roles = ['node', 'hub', 'peer'] as const;

function hostsOf(
  nodes: readonly (NodeObject | undefined)[],
  lookups: readonly (InstanceLookup | undefined)[],
): readonly Host[] {
  return roles.flatMap((role, index) => {
    const node = nodes[index];
    const lookup = lookups[index];
    return node === undefined || lookup === undefined ? [] : [{ role, name: node.metadata.name, lookup }];
  });
}

type HostContext = Parameters<typeof readHost>[1];

/** hub → node and the kubelet's path before node → anybody: one packet from the node would heal a stale NAT endpoint. */
async function probeAll(
  node: NodeObject,
  hosts: readonly Host[],
  passive: readonly HostReading[],
  network: ExpectedNetwork,
  context: HostContext,
): Promise<{
  readonly hosts: readonly HostReading[];
  readonly leaseAgeSeconds: number | null;
  readonly kubelet: Evidence['kubernetes']['kubelet'];
}> {
  const { cluster, clock } = context.ports;
  const name = node.metadata.name;
  const probe = (role: Host['role']) => {
    const host = hosts.find((candidate) => candidate.role === role);
    const reading = passive.find((candidate) => candidate.role === role);
    if (host === undefined || reading === undefined) return Promise.resolve(undefined);
    const peers = role === 'node' ? probedPeers(reading, hosts, network, context) : [name];
    return probeHost(
      host,
      reading,
      planProbes(network, peers, (peer) => commonMtu(host.name, peer, passive, context)),
      context,
    );
  };
  const [fromHub, kubelet, lease] = await Promise.all([
    probe('hub'),
    cluster.probeKubelet(name),
    cluster.leaseAgeSeconds(name, clock()),
  ]);
  const [fromNode, fromPeer] = await Promise.all([probe('node'), probe('peer')]);
  return {
    hosts: [fromNode, fromHub, fromPeer].filter((reading) => reading !== undefined),
    leaseAgeSeconds: lease === 'unknown' ? null : lease,
    kubelet:
      kubelet.type === 'reachable'
        ? { reachable: true, detail: 'answers through the node proxy' }
        : { reachable: false, detail: `${kubelet.reason}: ${kubelet.detail}` },
  };
}

function probedPeers(
  reading: HostReading,
  hosts: readonly Host[],
  network: ExpectedNetwork,
  { settings }: HostContext,
): readonly string[] {
  const measured = measuredBy(reading);
  const drifted =
    measured === undefined
      ? []
      : findDrift(reading.host, network, measured, settings.vxlanDevice).flatMap((drift) => peerOf(drift) ?? []);
  const others = hosts.filter((host) => host.role !== 'node').map((host) => host.name);
  return [...new Set([...others, ...[...new Set(drifted)].slice(0, MAX_DRIFTED_PEERS)])];
}

/** The largest packet that both VXLAN devices carry, as far as they could be read; never guessed. */
function commonMtu(
  from: string,
  to: string,
  passive: readonly HostReading[],
  { settings }: HostContext,
): number | undefined {
  const mtuOf = (host: string) =>
    measuredBy(passive.find((reading) => reading.host === host))?.links.find(
      (link) => link.name === settings.vxlanDevice,
    )?.mtuBytes;
  const known = [mtuOf(from), mtuOf(to)].filter((mtu) => mtu !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}
