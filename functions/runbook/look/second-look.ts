import { assertNever } from '../../../core/assert-never.ts';
import { type HostReading, measuredBy, measuredOn } from '../../../core/evidence/evidence.ts';
import { endpointAddress, sameKey } from '../../../core/evidence/wireguard-peer.ts';
import { parseIp } from '../../../core/network/address.ts';
import type { OpenQuestion } from '../../../core/probe/open-question.ts';
import {
  mtuSearch,
  overlayProbe,
  type ProbePair,
  type ProbeTarget,
  sizeProbes,
  underlayProbe,
} from '../../../core/probe/probe-plan.ts';
import type { BeforeProbes } from './measure.ts';
import { type Host, type HostContext, probeHost } from './read-host.ts';

/** A program that keeps resetting an endpoint does so within this time; a NAT does not. */
const BEFORE_SECOND_LOOK_MS = 2_000;

/**
 * Both ends of the tunnel again, after everybody has sent. Where sizes are in question, the peer and the segment host send full-size
 * packets to the hub as well: whether they pass tells the hub's line from the node's.
 */
export async function secondLook(
  { node, hosts, network, focus, passive }: BeforeProbes,
  readings: readonly HostReading[],
  question: Exclude<OpenQuestion, 'none'>,
  context: HostContext,
): Promise<readonly (HostReading | undefined)[]> {
  if (question !== 'size') await context.ports.sleep(BEFORE_SECOND_LOOK_MS);
  const name = node.metadata.name;
  const hubName = hosts.find((host) => host.role === 'hub')?.name;
  const again = (
    role: Host['role'],
    peer: string | undefined,
    targetsOf: (pair: ProbePair) => readonly ProbeTarget[],
  ) => {
    const host = hosts.find((candidate) => candidate.role === role);
    const reading = readings.find((candidate) => candidate.role === role);
    const sender = measuredBy(reading);
    const to = network.members.find((member) => member.node === peer);
    const mtu = network.traits?.mtu;
    if (host === undefined || reading === undefined || sender === undefined || to === undefined || mtu === undefined)
      return Promise.resolve(undefined);
    const targets = targetsOf({ sender, flannelDevice: context.flannelDevice, mtu, to, receiver: undefined });
    const ways = question === 'size' ? endpointOf(passive, host.name, to.node) : [];
    return probeHost(host, reading, { targets, focus: [...focus, ...keysOf(passive)], ways }, context);
  };
  switch (question) {
    case 'tunnel':
      return [await again('hub', name, ({ to }) => [underlayProbe(to)])];
    case 'endpoint':
      return [await again('hub', name, ({ to }) => [underlayProbe(to), overlayProbe(to)])];
    case 'size':
      return Promise.all([
        again('hub', name, searched),
        again('node', hubName, searched),
        again('peer', hubName, sizeProbes),
        again('segment', hubName, sizeProbes),
      ]);
    default:
      return assertNever(question);
  }
}

export function searched(pair: ProbePair): readonly ProbeTarget[] {
  const search = mtuSearch(pair);
  return search === undefined ? [underlayProbe(pair.to)] : [underlayProbe(pair.to), search];
}

export function keysOf(readings: readonly HostReading[]): readonly string[] {
  return readings.flatMap((reading) => measuredBy(reading)?.wireguard?.publicKey ?? []);
}

/** The IPv4 address that a host's tunnel sends its packets for another one to: the kernel may keep a path MTU for it. */
function endpointOf(readings: readonly HostReading[], host: string, other: string): readonly string[] {
  const key = measuredOn(readings, other)?.wireguard?.publicKey ?? undefined;
  const peers = measuredOn(readings, host)?.wireguard?.peers ?? [];
  const entry = key === undefined ? undefined : peers.find(({ publicKey }) => sameKey(publicKey, key));
  const address = entry === undefined ? undefined : endpointAddress(entry);
  return address !== undefined && parseIp(address)?.version === 4 ? [address] : [];
}
