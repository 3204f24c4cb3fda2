import type { HostReading } from '../../../core/evidence/evidence.ts';
import { ipv6Readings } from '../../../core/evidence/ipv6-view.ts';
import { openQuestion } from '../../../core/probe/open-question.ts';
import { asIpv6 } from '../../../core/probe/probe-plan.ts';
import type { BeforeProbes } from './measure.ts';
import { probeAgain, searchSize } from './probe-again.ts';
import type { HostContext } from './read-host.ts';

/** Where only full-size packets of the second pod network are lost: the same search as for IPv4. Empty: there is no such question. */
export async function secondLookIpv6(
  before: BeforeProbes,
  readings: readonly HostReading[],
  context: HostContext,
): Promise<readonly (HostReading | undefined)[]> {
  const { second } = context;
  const name = before.node.metadata.name;
  const views = ipv6Readings(readings);
  if (second === undefined || openQuestion(views, name) !== 'size') return [];
  const hubName = before.hosts.find(({ role }) => role === 'hub')?.name;
  const again = probeAgain(before, readings, { views, ...second }, context);
  return searchSize(again, name, hubName, (targets) => ({ targets: asIpv6(targets) }));
}
