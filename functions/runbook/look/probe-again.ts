import { type HostReading, measuredBy, readingOn } from '../../../core/evidence/evidence.ts';
import type { ExpectedNetwork } from '../../../core/overlay/expected-network.ts';
import {
  mtuSearch,
  type ProbePair,
  type ProbeTarget,
  sizeProbes,
  underlayProbe,
} from '../../../core/probe/probe-plan.ts';
import type { BeforeProbes } from './measure.ts';
import { type Host, type HostContext, probeHosts } from './read-host.ts';

/** One address family of what was read: its tables by host, and where its peers are. */
interface FamilyView {
  readonly views: readonly HostReading[];
  readonly network: ExpectedNetwork;
  readonly flannelDevice: string | null;
}

/** What a host sends, and the addresses it is asked the kernel's way to; absent: it is not asked anew. */
interface Order {
  readonly targets: readonly ProbeTarget[];
  readonly ways?: readonly string[];
}

/** Has the host of a role send to a peer once more. Undefined: one of them is not there, or was not read. */
type Again = (
  role: Host['role'],
  peer: string | undefined,
  orderOf: (pair: ProbePair, host: string) => Order,
) => Promise<HostReading | undefined>;

/** Number of the command that sends, as Run Command's list shows it: after the hub alone, and everybody. */
const SECOND_LOOK = 3;

export function probeAgain(
  { hosts, focus, passive }: BeforeProbes,
  readings: readonly HostReading[],
  { views, network, flannelDevice }: FamilyView,
  context: HostContext,
): Again {
  return async (role, peer, orderOf) => {
    const host = hosts.find((candidate) => candidate.role === role);
    const reading = host && readingOn(readings, host.name);
    const sender = host && measuredBy(readingOn(views, host.name));
    const to = network.members.find((member) => member.node === peer);
    const mtu = network.traits?.mtu;
    if (host === undefined || reading === undefined || sender === undefined || to === undefined || mtu === undefined)
      return undefined;
    const order = orderOf({ sender, flannelDevice, mtu, to, receiver: undefined }, host.name);
    const { targets, ...rest } = order;
    const whole = { ...rest, focus: [...focus, ...keysOf(passive)] };
    const [probed] = await probeHosts([{ host, reading, targets }], SECOND_LOOK, whole, context);
    return probed;
  };
}

/**
 * A search for what the tunnel carries from both of its ends, and full-size packets of the others to the hub: whether they pass tells
 * the hub's line from the node's.
 */
export function searchSize(
  again: Again,
  name: string,
  hubName: string | undefined,
  orderOf: (targets: readonly ProbeTarget[], host: string, peer: string) => Order,
): Promise<readonly (HostReading | undefined)[]> {
  const sending = (targetsOf: (pair: ProbePair) => readonly ProbeTarget[]) => (pair: ProbePair, host: string) =>
    orderOf(targetsOf(pair), host, pair.to.node);
  return Promise.all([
    again('hub', name, sending(searched)),
    again('node', hubName, sending(searched)),
    again('peer', hubName, sending(sizeProbes)),
    again('segment', hubName, sending(sizeProbes)),
  ]);
}

function searched(pair: ProbePair): readonly ProbeTarget[] {
  const search = mtuSearch(pair);
  return search === undefined ? [underlayProbe(pair.to)] : [underlayProbe(pair.to), search];
}

export function keysOf(readings: readonly HostReading[]): readonly string[] {
  return readings.flatMap((reading) => measuredBy(reading)?.wireguard?.publicKey ?? []);
}
