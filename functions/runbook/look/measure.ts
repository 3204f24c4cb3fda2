import { peerOf } from '../../../core/evidence/drift.ts';
import { type Evidence, type HostReading, measuredBy, measuredOn } from '../../../core/evidence/evidence.ts';
import type { ExpectedNetwork, Vtep } from '../../../core/evidence/expected-network.ts';
import { findDrift } from '../../../core/evidence/find-drift.ts';
import { notReady } from '../../../core/evidence/fleet-map.ts';
import type { NodeObject } from '../../../core/evidence/node-object.ts';
import {
  mtuSearch,
  type ProbePair,
  type ProbeTarget,
  planProbes,
  underlayProbe,
} from '../../../core/evidence/probe-plan.ts';
import { type Host, type HostContext, probeHost } from './read-host.ts';

/** Everything that is known before the first packet is sent. */
export interface BeforeProbes {
  readonly node: NodeObject;
  readonly nodes: readonly NodeObject[];
  readonly hosts: readonly Host[];
  readonly network: ExpectedNetwork;
  readonly passive: readonly HostReading[];
  readonly focus: readonly string[];
}

export interface Measured {
  readonly readings: readonly HostReading[];
  readonly leaseAgeSeconds: number | null;
  readonly kubelet: Evidence['kubernetes']['kubelet'];
}

/** Besides the hosts that are read, at most this many peers are probed whose entries differ on the node. */
const MAX_DRIFTED_PEERS = 4;
/** And at most this many that are not Ready. */
const MAX_SUSPECTS = 2;

/**
 * hub → node with the control plane's path to the kubelet, before the node or anybody beyond the hub sends: one packet
 * from the node would heal a stale NAT endpoint. Then everybody else at once. Then, where that leaves a question, both
 * ends of the tunnel again.
 */
export async function measure(before: BeforeProbes, context: HostContext): Promise<Measured> {
  const { cluster, clock } = context.ports;
  const name = before.node.metadata.name;
  const round = createRound(before, context);
  const [fromHub, kubelet, lease] = await Promise.all([
    round('hub', before.passive),
    cluster.probeKubelet(name),
    cluster.leaseAgeSeconds(name, clock()),
  ]);
  const first = replace(before.passive, [fromHub]);
  const second = replace(
    first,
    await Promise.all([round('node', first), round('peer', first), round('segment', first)]),
  );
  const open = openQuestions(second, name);
  const third = open === 'none' ? second : replace(second, await secondLook(before, second, open, context));
  return { readings: third, leaseAgeSeconds: lease === 'unknown' ? null : lease, kubelet };
}

type Round = (role: Host['role'], readings: readonly HostReading[]) => Promise<HostReading | undefined>;

function createRound(before: BeforeProbes, context: HostContext): Round {
  return async (role, readings) => {
    const host = before.hosts.find((candidate) => candidate.role === role);
    const reading = readings.find((candidate) => candidate.role === role);
    const sender = measuredBy(reading);
    if (host === undefined || reading === undefined || sender === undefined) return reading;
    const { flannelDevice } = context;
    const inFull = fullyProbed(role, reading, before, flannelDevice);
    const targets = [
      ...inFull.flatMap((to) =>
        planProbes({ sender, flannelDevice, to, receiver: measuredOn(before.passive, to.node) }),
      ),
      ...vtepsOf(before.network, onlyReached(role, before))
        .filter((to) => to.node !== host.name && !inFull.includes(to))
        .map(underlayProbe),
    ];
    return probeHost(host, reading, { targets, focus: [...before.focus, ...keysOf(before.passive)] }, context);
  };
}

/** The node measures every layer to all who are read, and to those about whom its tables differ; the others to the node. */
function fullyProbed(
  role: Host['role'],
  reading: HostReading,
  { hosts, network, node }: BeforeProbes,
  flannelDevice: string,
): readonly Vtep[] {
  if (role !== 'node') return vtepsOf(network, [node.metadata.name]);
  const measured = measuredBy(reading);
  const asked = hosts.map(({ name }) => name);
  const drifts = measured === undefined ? [] : findDrift(reading.host, network, measured, flannelDevice, asked);
  const drifted = [...new Set(drifts.flatMap((drift) => peerOf(drift) ?? []))].slice(0, MAX_DRIFTED_PEERS);
  const read = hosts.filter((host) => host.role !== 'node').map((host) => host.name);
  return vtepsOf(network, [...read, ...drifted]);
}

/** Whom a host only has to reach: it tells the node's trouble from the hub's, and a dead peer from a dead path. */
function onlyReached(role: Host['role'], { hosts, nodes }: BeforeProbes): readonly string[] {
  const named = (...roles: readonly Host['role'][]) =>
    hosts.filter((host) => roles.includes(host.role)).map((host) => host.name);
  switch (role) {
    case 'hub':
      return named('peer', 'segment');
    case 'node':
      return notReady(nodes)
        .slice(0, MAX_SUSPECTS)
        .map(({ metadata }) => metadata.name);
    default:
      return named('hub');
  }
}

function vtepsOf({ vteps }: ExpectedNetwork, names: readonly string[]): readonly Vtep[] {
  return vteps.filter(({ node }) => names.includes(node));
}

function keysOf(readings: readonly HostReading[]): readonly string[] {
  return readings.flatMap((reading) => measuredBy(reading)?.wireguard?.publicKey ?? []);
}

/** Whatever sets an endpoint back by force does so within a moment; a NAT does not. */
const BEFORE_SECOND_LOOK_MS = 2_000;

type Question = 'none' | 'tunnel' | 'size';

/** `tunnel`: a direction was lost. Else `size`: small packets pass and full-size ones do not. */
function openQuestions(readings: readonly HostReading[], node: string): Question {
  const probes = readings.flatMap(({ host, role, runs }) =>
    runs.flatMap((run) => run.probes.map((probe) => ({ ...probe, host, role }))),
  );
  const touching = probes.filter((probe) => probe.role === 'node' || probe.name.endsWith(`-${node}`));
  const lost = (kind: string) => touching.some((probe) => probe.name.startsWith(`${kind}-`) && probe.received === 0);
  const passed = (kind: string) => touching.some((probe) => probe.name.startsWith(`${kind}-`) && probe.received > 0);
  if (lost('underlay')) return 'tunnel';
  return lost('full') && passed('vtep') ? 'size' : 'none';
}

async function secondLook(
  { node, hosts, network, focus, passive }: BeforeProbes,
  readings: readonly HostReading[],
  question: Question,
  context: HostContext,
): Promise<readonly (HostReading | undefined)[]> {
  if (question === 'tunnel') await context.ports.sleep(BEFORE_SECOND_LOOK_MS);
  const name = node.metadata.name;
  const hubName = hosts.find((host) => host.role === 'hub')?.name;
  const again = (role: Host['role'], peer: string | undefined) => {
    const host = hosts.find((candidate) => candidate.role === role);
    const reading = readings.find((candidate) => candidate.role === role);
    const sender = measuredBy(reading);
    const to = network.vteps.find((vtep) => vtep.node === peer);
    if (host === undefined || reading === undefined || sender === undefined || to === undefined)
      return Promise.resolve(undefined);
    const pair: ProbePair = { sender, flannelDevice: context.flannelDevice, to, receiver: undefined };
    const search = question === 'size' ? mtuSearch(pair) : undefined;
    const targets: readonly ProbeTarget[] = search === undefined ? [underlayProbe(to)] : [underlayProbe(to), search];
    return probeHost(host, reading, { targets, focus: [...focus, ...keysOf(passive)] }, context);
  };
  return Promise.all([again('hub', name), question === 'size' ? again('node', hubName) : undefined]);
}

function replace(
  readings: readonly HostReading[],
  newer: readonly (HostReading | undefined)[],
): readonly HostReading[] {
  return readings.map((reading) => newer.find((each) => each?.host === reading.host) ?? reading);
}
