import { type Evidence, type HostReading, measuredBy, measuredOn } from '../../../core/evidence/evidence.ts';
import { ipv6Readings, ipv6Tables } from '../../../core/evidence/ipv6-view.ts';
import type { NodeObject } from '../../../core/evidence/node-object.ts';
import { type ProbeKind, probeName } from '../../../core/evidence/probe-name.ts';
import type { ExpectedNetwork } from '../../../core/overlay/expected-network.ts';
import type { Member } from '../../../core/overlay/member.ts';
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
import { type Asked, type Host, type HostContext, probeHosts, type Sender, unread } from './read-host.ts';
import { secondLook } from './second-look.ts';
import { secondLookIpv6 } from './second-look-ipv6.ts';

/** Everything that is known before anybody beyond the hub sends. */
export interface BeforeProbes {
  readonly node: NodeObject;
  readonly nodes: readonly NodeObject[];
  readonly hosts: readonly Host[];
  readonly network: ExpectedNetwork;
  /** Every host as it was read before its first packet, the hub with what it sent then. */
  readonly passive: readonly HostReading[];
  readonly focus: readonly string[];
  /** Further nodes that the hub sends to. */
  readonly leaves: readonly string[];
}

export interface Measured {
  readonly readings: readonly HostReading[];
  readonly kubelet: Evidence['kubernetes']['kubelet'];
}

/** Numbers of the commands that send, as Run Command's list shows them. */
const HUB_ALONE = 1;
const EVERYBODY = 2;

/**
 * hub → node with the control plane's path to the kubelet, before the node or anybody beyond the hub sends: one packet
 * from the node would heal a stale NAT endpoint. Where what the hub sent when it was read was answered there is none: then all send at
 * once, and nobody waits for a kubelet that does not answer. Then, where that leaves a question, both ends of the tunnel again.
 */
export async function measure(before: BeforeProbes, context: HostContext): Promise<Measured> {
  const { cluster } = context.ports;
  const name = before.node.metadata.name;
  const order = { focus: [...before.focus, ...keysOf(before.passive)] };
  const kubelet = cluster.probeKubelet(name);
  // Its failure is told where it is waited for.
  kubelet.catch(() => undefined);
  const send = async (turn: number, roles: readonly Host['role'][], readings: readonly HostReading[]) => {
    const senders = sendersIn(roles, readings, before, context).map(unsent);
    return replace(readings, await probeHosts(senders, turn, order, context));
  };
  let readings = before.passive;
  if (!isAnsweredByTunnels(readings, name)) {
    readings = await send(HUB_ALONE, ['hub'], readings);
    if (!isAnswered(readings, 'underlay', name)) await kubelet;
  }
  readings = (await send(EVERYBODY, ['hub', ...beyondHub], readings)).map(asOneRun);
  const open = openQuestion(readings, name);
  const again =
    open === 'none'
      ? await secondLookIpv6(before, readings, context)
      : await secondLook(before, readings, open, context);
  return { readings: replace(readings, again), kubelet: await kubelet };
}

/** The hub's tunnels to the node carry its packets there and back, flannel's own WireGuard too, where that is the overlay. */
function isAnsweredByTunnels(readings: readonly HostReading[], node: string): boolean {
  const hub = measuredBy(readings.find(({ role }) => role === 'hub'));
  return (
    hub !== undefined &&
    isAnswered(readings, 'underlay', node) &&
    (!hub.flannelWireGuard || isAnswered(readings, 'vtep', node)) &&
    (!hub.ipv6?.flannelWireGuard || isAnswered(readings, 'vtep6', node))
  );
}

/** The node has answered every packet of this kind that was sent to it. */
function isAnswered(readings: readonly HostReading[], kind: ProbeKind, node: string): boolean {
  const probes = readings.flatMap(({ runs }) => runs.flatMap((run) => run.probes));
  const ofKind = probes.filter(({ name, sent }) => name === probeName(kind, node) && sent > 0);
  return ofKind.length > 0 && ofKind.every(({ sent, received }) => received === sent);
}

/** Without what its host has sent already. */
function unsent({ targets, ...sender }: Sender): Sender {
  const sent = new Set(sender.reading.runs.flatMap(({ probes }) => probes.map(({ name }) => name)));
  return { ...sender, targets: targets.filter(({ kind, peer }) => !sent.has(probeName(kind, peer))) };
}

/** What a host sent with several commands, as if it were one. */
function asOneRun(reading: HostReading): HostReading {
  const last = reading.runs.at(-1);
  if (last === undefined) return reading;
  return { ...reading, runs: [{ ...last, probes: reading.runs.flatMap(({ probes }) => probes) }] };
}

/** What each host is asked to send with the command that reads it: the hub what needs no reading, the others nothing. */
export function askedFirst(before: BeforeProbes, context: HostContext): readonly Asked[] {
  return before.hosts.map((host) => ({
    host,
    targets: host.role === 'hub' ? targetsOf(host, unread(host), before, context) : [],
  }));
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
  return before.hosts.flatMap((host) => {
    const reading = readings.find(({ role }) => role === host.role);
    if (!roles.includes(host.role) || reading === undefined || measuredBy(reading) === undefined) return [];
    return [{ host, reading, targets: targetsOf(host, reading, before, context) }];
  });
}

/** Of a host that was not read only what is the same for every sender. Empty: it is not known what the overlay carries. */
function targetsOf(
  host: Host,
  reading: HostReading,
  before: BeforeProbes,
  context: HostContext,
): readonly ProbeTarget[] {
  const mtu = before.network.traits?.mtu;
  if (mtu === undefined) return [];
  const { flannelDevice, settings } = context;
  const { kubeletPort } = settings;
  const sender = measuredBy(reading);
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
  if (second === undefined || mtu === undefined) return [];
  const { network, flannelDevice } = second;
  if (!network.members.some((member) => member.node === reading.host)) return [];
  const sender = measured && ipv6Tables(measured);
  const view: HostReading = sender ? { ...reading, passive: { status: 'read', evidence: sender } } : reading;
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
