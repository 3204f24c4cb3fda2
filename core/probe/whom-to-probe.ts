import { assertNever } from '../assert-never.ts';
import { type HostReading, measuredBy } from '../evidence/evidence.ts';
import { notReady } from '../evidence/fleet-map.ts';
import type { NodeObject } from '../evidence/node-object.ts';
import { peerOf } from '../overlay/drift.ts';
import type { ExpectedNetwork } from '../overlay/expected-network.ts';
import type { Member } from '../overlay/member.ts';

/** A host that is asked for evidence. */
export interface AskedHost {
  readonly role: HostReading['role'];
  readonly name: string;
}

/** What is known before the first packet is sent. */
export interface ProbeScope {
  /** Name of the node that the alert is about. */
  readonly node: string;
  readonly nodes: readonly NodeObject[];
  readonly hosts: readonly AskedHost[];
  readonly network: ExpectedNetwork;
  readonly flannelDevice: string | null;
}

/** Whom one host probes. No peer is in both lists. */
export interface ProbedPeers {
  /** Every layer is measured. */
  readonly inFull: readonly Member[];
  /** Only the layer below the overlay is measured. */
  readonly reachedOnly: readonly Member[];
}

/** Besides the hosts that are read, at most this many peers are probed whose entries differ on the node. */
const MAX_DRIFTED_PEERS = 4;
/** And at most this many that are not Ready. */
const MAX_SUSPECTS = 2;

/** Decides from a host's passive reading whom it probes. */
export function whomToProbe(reading: HostReading, scope: ProbeScope): ProbedPeers {
  const inFull = peersInFull(reading, scope);
  const reachedOnly = membersOf(scope, namesReachedOnly(reading.role, scope)).filter(
    (to) => to.node !== reading.host && !inFull.includes(to),
  );
  return { inFull, reachedOnly };
}

/** The node measures every layer to all hosts that are read, and to peers about whom its tables differ; the others to the node. */
function peersInFull(reading: HostReading, scope: ProbeScope): readonly Member[] {
  const { hosts, network, node, flannelDevice } = scope;
  if (reading.role !== 'node') return membersOf(scope, [node]);
  const measured = measuredBy(reading);
  const asked = hosts.map(({ name }) => name);
  const drifts = measured === undefined ? [] : network.findDrift(reading.host, measured, flannelDevice, asked);
  const drifted = [...new Set(drifts.flatMap((drift) => peerOf(drift) ?? []))].slice(0, MAX_DRIFTED_PEERS);
  const read = hosts.filter((host) => host.role !== 'node').map((host) => host.name);
  return membersOf(scope, [...read, ...drifted]);
}

/** Reaching these tells the node's trouble from the hub's, and a dead peer from a dead path. */
function namesReachedOnly(role: HostReading['role'], { hosts, nodes }: ProbeScope): readonly string[] {
  const named = (...roles: readonly HostReading['role'][]) =>
    hosts.filter((host) => roles.includes(host.role)).map((host) => host.name);
  switch (role) {
    case 'hub':
      return named('peer', 'segment');
    case 'node':
      return notReady(nodes)
        .slice(0, MAX_SUSPECTS)
        .map(({ metadata }) => metadata.name);
    case 'peer':
    case 'segment':
      return named('hub');
    default:
      return assertNever(role);
  }
}

function membersOf({ network: { members } }: ProbeScope, names: readonly string[]): readonly Member[] {
  return members.filter(({ node }) => names.includes(node));
}
