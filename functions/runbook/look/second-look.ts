import { assertNever } from '../../../core/assert-never.ts';
import { type HostReading, measuredOn } from '../../../core/evidence/evidence.ts';
import { endpointAddress, sameKey } from '../../../core/evidence/wireguard-peer.ts';
import { parseIp } from '../../../core/network/address.ts';
import type { OpenQuestion } from '../../../core/probe/open-question.ts';
import { overlayProbe, underlayProbe } from '../../../core/probe/probe-plan.ts';
import type { BeforeProbes } from './measure.ts';
import { probeAgain, searchSize } from './probe-again.ts';
import type { HostContext } from './read-host.ts';

/** A program that keeps resetting an endpoint does so within this time; a NAT does not. */
const BEFORE_SECOND_LOOK_MS = 2_000;

/** Both ends of the tunnel again, after everybody has sent; where sizes are in question, the others as well. */
export async function secondLook(
  before: BeforeProbes,
  readings: readonly HostReading[],
  question: Exclude<OpenQuestion, 'none'>,
  context: HostContext,
): Promise<readonly (HostReading | undefined)[]> {
  if (question !== 'size') await context.ports.sleep(BEFORE_SECOND_LOOK_MS);
  const { node, hosts, network, passive } = before;
  const name = node.metadata.name;
  const hubName = hosts.find((host) => host.role === 'hub')?.name;
  const { flannelDevice } = context;
  const again = probeAgain(before, readings, { views: readings, network, flannelDevice }, context);
  switch (question) {
    case 'tunnel':
      return [await again('hub', name, ({ to }) => ({ targets: [underlayProbe(to)], ways: [] }))];
    case 'endpoint':
      return [await again('hub', name, ({ to }) => ({ targets: [underlayProbe(to), overlayProbe(to)], ways: [] }))];
    case 'size':
      return searchSize(again, name, hubName, (targets, host, peer) => ({
        targets,
        ways: endpointOf(passive, host, peer),
      }));
    default:
      return assertNever(question);
  }
}

/** The IPv4 address that a host's tunnel sends its packets for another one to: the kernel may keep a path MTU for it. */
function endpointOf(readings: readonly HostReading[], host: string, other: string): readonly string[] {
  const key = measuredOn(readings, other)?.wireguard?.publicKey ?? undefined;
  const peers = measuredOn(readings, host)?.wireguard?.peers ?? [];
  const entry = key === undefined ? undefined : peers.find(({ publicKey }) => sameKey(publicKey, key));
  const address = entry === undefined ? undefined : endpointAddress(entry);
  return address !== undefined && parseIp(address)?.version === 4 ? [address] : [];
}
