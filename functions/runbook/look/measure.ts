import { type Evidence, type HostReading, measuredBy, measuredOn } from '../../../core/evidence/evidence.ts';
import { ipv6Readings, ipv6Tables } from '../../../core/evidence/ipv6-view.ts';
import type { NodeObject } from '../../../core/evidence/node-object.ts';
import type { ExpectedNetwork } from '../../../core/overlay/expected-network.ts';
import { openQuestion } from '../../../core/probe/open-question.ts';
import {
  overlayProbe,
  type ProbeTarget,
  planIpv6Probes,
  planProbes,
  underlayProbe,
} from '../../../core/probe/probe-plan.ts';
import { whomToProbe } from '../../../core/probe/whom-to-probe.ts';
import { keysOf } from './probe-again.ts';
import { type Host, type HostContext, probeHost } from './read-host.ts';
import { secondLook } from './second-look.ts';
import { secondLookIpv6 } from './second-look-ipv6.ts';

/** Everything that is known before the first packet is sent. */
export interface BeforeProbes {
  readonly node: NodeObject;
  readonly nodes: readonly NodeObject[];
  readonly hosts: readonly Host[];
  readonly network: ExpectedNetwork;
  readonly passive: readonly HostReading[];
  readonly focus: readonly string[];
  /** Further nodes that the hub sends to. */
  readonly leaves: readonly string[];
}

export interface Measured {
  readonly readings: readonly HostReading[];
  readonly kubelet: Evidence['kubernetes']['kubelet'];
}

/**
 * hub → node with the control plane's path to the kubelet, before the node or anybody beyond the hub sends: one packet
 * from the node would heal a stale NAT endpoint. Then everybody else at once. Then, where that leaves a question, both
 * ends of the tunnel again.
 */
export async function measure(before: BeforeProbes, context: HostContext): Promise<Measured> {
  const { cluster } = context.ports;
  const name = before.node.metadata.name;
  const round = createRound(before, context);
  const [fromHub, kubelet] = await Promise.all([round('hub', before.passive), cluster.probeKubelet(name)]);
  const first = replace(before.passive, [fromHub]);
  const second = replace(
    first,
    await Promise.all([round('node', first), round('peer', first), round('segment', first)]),
  );
  const open = openQuestion(second, name);
  const again =
    open === 'none' ? await secondLookIpv6(before, second, context) : await secondLook(before, second, open, context);
  const third = replace(second, again);
  return { readings: third, kubelet };
}

type Round = (role: Host['role'], readings: readonly HostReading[]) => Promise<HostReading | undefined>;

function createRound(before: BeforeProbes, context: HostContext): Round {
  const { flannelDevice, settings } = context;
  const { kubeletPort } = settings;
  const scope = { ...before, node: before.node.metadata.name, flannelDevice };
  return async (role, readings) => {
    const host = before.hosts.find((candidate) => candidate.role === role);
    const reading = readings.find((candidate) => candidate.role === role);
    const sender = measuredBy(reading);
    const mtu = before.network.traits?.mtu;
    if (host === undefined || reading === undefined || sender === undefined || mtu === undefined) return reading;
    const { inFull, reachedOnly } = whomToProbe(reading, scope);
    const turn = before.hosts.indexOf(host);
    const targets = [
      ...inFull.flatMap((to) =>
        planProbes({
          sender,
          flannelDevice,
          mtu,
          to,
          receiver: measuredOn(before.passive, to.node),
          kubeletPort,
          turn,
        }),
      ),
      ...reachedOnly.map(underlayProbe),
      ...(role === 'hub' ? leafProbes(before) : []),
      ...ipv6Targets(reading, before, context),
    ];
    return probeHost(host, reading, { targets, focus: [...before.focus, ...keysOf(before.passive)] }, context);
  };
}

/** One packet size through the overlay: whether the hub's own entries carry. Each node looks at its own tables itself. */
function leafProbes({ leaves, network }: BeforeProbes): readonly ProbeTarget[] {
  return network.members.filter(({ node }) => leaves.includes(node)).map(overlayProbe);
}

/** With the hosts that are read, at most this many peers are probed over IPv6. */
const MOST_IPV6_PEERS = 5;

/** The second pod network, where both ends have one. */
function ipv6Targets(
  reading: HostReading,
  { node, nodes, hosts, passive }: BeforeProbes,
  { second }: HostContext,
): readonly ProbeTarget[] {
  const measured = measuredBy(reading);
  const mtu = second?.network.traits?.mtu;
  if (measured === undefined || second === undefined || mtu === undefined) return [];
  const { network, flannelDevice } = second;
  if (!network.members.some((member) => member.node === reading.host)) return [];
  const sender = ipv6Tables(measured);
  const view: HostReading = { ...reading, passive: { status: 'read', evidence: sender } };
  const { inFull } = whomToProbe(view, { node: node.metadata.name, nodes, hosts, network, flannelDevice });
  return inFull.slice(0, MOST_IPV6_PEERS).flatMap((to) => {
    const receiver = measuredOn(ipv6Readings(passive), to.node);
    return planIpv6Probes({ sender, flannelDevice, mtu, to, receiver });
  });
}

function replace(
  readings: readonly HostReading[],
  newer: readonly (HostReading | undefined)[],
): readonly HostReading[] {
  return readings.map((reading) => newer.find((each) => each?.host === reading.host) ?? reading);
}
