import { findPath, measuredPaths } from '../evidence/paths.ts';
import { everyLayerAndWorkload, parseProbeName } from '../evidence/probe-name.ts';
import type { Facts } from './facts.ts';

/** What the node's health depends on, and nobody measured: pings that were ended before they sent a packet, a hub that did not answer. */
export function notMeasured(facts: Facts): readonly string[] {
  return [...hubDirections(facts), ...endedProbes(facts)];
}

/** Everything passes the hub, and the control plane calls from there: that it hears the node does not say that it reaches it. */
function hubDirections({ tunnel, evidence, name }: Facts): readonly string[] {
  if (tunnel === undefined) return [];
  return findPath(evidence, 'vtep', tunnel.hub, name) === undefined ? [`${tunnel.hub} sent no packet to ${name}`] : [];
}

/** Only those that no packet in the other direction makes up for: an echo takes the same way there and back. */
function endedProbes({ evidence, name }: Facts): readonly string[] {
  const paths = measuredPaths(evidence);
  const ended = evidence.readings.flatMap(({ host, runs }) =>
    runs.flatMap(({ probes }) =>
      probes.flatMap((probe) => {
        const parsed = parseProbeName(probe.name);
        if (parsed === undefined || probe.sent > 0 || probe.mode !== 'echo') return [];
        return [{ kind: parsed.kind, ends: [host, parsed.peer] }];
      }),
    ),
  );
  const open = ended.filter(
    ({ kind, ends }) =>
      everyLayerAndWorkload.includes(kind) &&
      ends.includes(name) &&
      !paths.some((path) => path.kind === kind && ends.includes(path.from) && ends.includes(path.to)),
  );
  return [...new Set(open.map(({ ends: [one, other] }) => `nothing was sent between ${one} and ${other}`))];
}
