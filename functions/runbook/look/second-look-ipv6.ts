import { type HostReading, measuredBy, readingOn } from '../../../core/evidence/evidence.ts';
import { ipv6Readings } from '../../../core/evidence/ipv6-view.ts';
import { openQuestion } from '../../../core/probe/open-question.ts';
import { asIpv6, type ProbePair, type ProbeTarget, sizeProbes } from '../../../core/probe/probe-plan.ts';
import type { BeforeProbes } from './measure.ts';
import { type Host, type HostContext, probeHost } from './read-host.ts';
import { keysOf, searched } from './second-look.ts';

/**
 * Where only full-size packets of the second pod network are lost: a search from both ends of the tunnel, and full-size packets of
 * the others to the hub, as for IPv4. Empty: there is no such question.
 */
export async function secondLookIpv6(
  { node, hosts, focus, passive }: BeforeProbes,
  readings: readonly HostReading[],
  context: HostContext,
): Promise<readonly (HostReading | undefined)[]> {
  const { second } = context;
  const mtu = second?.network.traits?.mtu;
  const name = node.metadata.name;
  const views = ipv6Readings(readings);
  if (second === undefined || mtu === undefined || openQuestion(views, name) !== 'size') return [];
  const hubName = hosts.find(({ role }) => role === 'hub')?.name;
  const ask = (
    role: Host['role'],
    peer: string | undefined,
    targetsOf: (pair: ProbePair) => readonly ProbeTarget[],
  ): Promise<HostReading | undefined> => {
    const host = hosts.find((candidate) => candidate.role === role);
    const reading = host && readingOn(readings, host.name);
    const sender = host && measuredBy(readingOn(views, host.name));
    const to = second.network.members.find((member) => member.node === peer);
    if (host === undefined || reading === undefined || sender === undefined || to === undefined)
      return Promise.resolve(undefined);
    const { flannelDevice } = second;
    const targets = asIpv6(targetsOf({ sender, flannelDevice, mtu, to, receiver: undefined }));
    return probeHost(host, reading, { targets, focus: [...focus, ...keysOf(passive)] }, context);
  };
  return Promise.all([
    ask('hub', name, searched),
    ask('node', hubName, searched),
    ask('peer', hubName, sizeProbes),
    ask('segment', hubName, sizeProbes),
  ]);
}
