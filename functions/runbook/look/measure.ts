import { type Evidence, type HostReading, measuredBy, measuredOn } from '../../../core/evidence/evidence.ts';
import { ipv6Readings, ipv6Tables } from '../../../core/evidence/ipv6-view.ts';
import type { NodeEvidence } from '../../../core/evidence/node-evidence.ts';
import type { NodeObject } from '../../../core/evidence/node-object.ts';
import type { ExpectedNetwork } from '../../../core/overlay/expected-network.ts';
import type { Member } from '../../../core/overlay/member.ts';
import type { OverlayMtu } from '../../../core/overlay/overlay.ts';
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
import { type Host, type HostContext, probeHosts, type Sender } from './read-host.ts';
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
 * from the node would heal a stale NAT endpoint. Where the node answered the hub below the overlay there is none, and nobody waits for
 * a kubelet that does not answer. Then everybody else at once. Then, where that leaves a question, both ends of the tunnel again.
 */
export async function measure(before: BeforeProbes, context: HostContext): Promise<Measured> {
  const { cluster } = context.ports;
  const name = before.node.metadata.name;
  const order = { focus: [...before.focus, ...keysOf(before.passive)] };
  const kubelet = cluster.probeKubelet(name);
  // Its failure is told where it is waited for.
  kubelet.catch(() => undefined);
  const fromHub = await probeHosts(sendersIn(['hub'], before.passive, before, context), order, context);
  if (!isAnsweredBelow(fromHub, name)) await kubelet;
  const first = replace(before.passive, fromHub);
  const second = replace(first, await probeHosts(sendersIn(beyondHub, first, before, context), order, context));
  const open = openQuestion(second, name);
  const again =
    open === 'none' ? await secondLookIpv6(before, second, context) : await secondLook(before, second, open, context);
  const third = replace(second, again);
  return { readings: third, kubelet: await kubelet };
}

/** The node has answered every packet that was sent to it below the overlay. */
function isAnsweredBelow(readings: readonly HostReading[], node: string): boolean {
  const probes = readings.flatMap(({ runs }) => runs.flatMap((run) => run.probes));
  const below = probes.filter(({ name, sent }) => name === `underlay-${node}` && sent > 0);
  return below.length > 0 && below.every(({ sent, received }) => received === sent);
}

/** Who sends after the hub. */
export const beyondHub: readonly Host['role'][] = ['node', 'peer', 'segment'];

/** The hosts in these roles that were read, with what each sends. */
export function sendersIn(
  roles: readonly Host['role'][],
  readings: readonly HostReading[],
  before: BeforeProbes,
  context: HostContext,
): readonly Sender[] {
  const { hosts, network } = before;
  return hosts.flatMap((host) => {
    const reading = readings.find(({ role }) => role === host.role);
    const sender = measuredBy(reading);
    const mtu = network.traits?.mtu;
    if (!roles.includes(host.role) || reading === undefined || sender === undefined || mtu === undefined) return [];
    return [{ host, reading, targets: targetsOf({ host, reading, sender, mtu }, before, context) }];
  });
}

interface Measuring {
  readonly host: Host;
  readonly reading: HostReading;
  readonly sender: NodeEvidence;
  readonly mtu: OverlayMtu;
}

function targetsOf(
  { host, reading, sender, mtu }: Measuring,
  before: BeforeProbes,
  context: HostContext,
): readonly ProbeTarget[] {
  const { flannelDevice, settings } = context;
  const { kubeletPort } = settings;
  const { inFull, reachedOnly } = whomToProbe(reading, { ...before, node: before.node.metadata.name, flannelDevice });
  const turn = before.hosts.indexOf(host);
  const receiverOf = (to: Member) => measuredOn(before.passive, to.node);
  return [
    ...inFull.flatMap((to) =>
      planProbes({ sender, flannelDevice, mtu, to, receiver: receiverOf(to), kubeletPort, turn }),
    ),
    ...reachedOnly.map(underlayProbe),
    ...(host.role === 'hub' ? leafProbes(before) : []),
    ...ipv6Targets(reading, before, context),
  ];
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
