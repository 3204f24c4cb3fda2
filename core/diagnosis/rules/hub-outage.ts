import { whyUnread } from '../../evidence/evidence.ts';
import { measuredPaths } from '../../evidence/paths.ts';
import { type Finding, notA } from '../diagnosis.ts';
import type { Facts, OtherHost } from '../facts.ts';
import { tunnelDeviceFault } from '../tunnel-device.ts';

const not = notA('hub-outage');

/** The hub is silent for a healthy peer of another site as well: every node behind it only shows the symptom. */
export function hubOutage(facts: Facts): Finding {
  const { hub, segment, evidence } = facts;
  if (hub === undefined) return not('the node has no hub, or it is the hub');
  // A host of the hub's own network needs no tunnel to reach it.
  const toHub = measuredPaths(evidence).filter(
    (path) => path.kind === 'underlay' && path.to === hub.name && path.from !== segment,
  );
  const lost = toHub.filter((path) => !path.passed).map((path) => `${path.from} cannot reach the hub`);
  const despite = toHub.filter((path) => path.passed).map((path) => `${path.from} reaches the hub`);
  if (hub.measured !== undefined) return hubTunnel(facts, hub, lost, despite);
  if (toHub.length === 0) return not('no path to the hub was measured');
  if (lost.length === 0) return not('every path to the hub passes');
  const unread = whyUnread(hub.reading);
  return {
    type: 'found',
    basis: 'state',
    cause: 'hub-unreachable',
    hostAtFault: hub.name,
    direction: 'both',
    confidence: lost.length > 1 ? 0.95 : 0.7,
    because: [...(unread === undefined ? [] : [`${hub.name}: ${unread}`]), ...lost],
    despite,
  };
}

/** The hub's host is up, but its end of every tunnel is down. */
function hubTunnel(
  { evidence, tunnel }: Facts,
  { name, measured }: OtherHost,
  lost: readonly string[],
  despite: readonly string[],
): Finding {
  const fault =
    measured === undefined || tunnel === undefined
      ? undefined
      : tunnelDeviceFault(name, measured, evidence.wireguardDevice);
  if (fault === undefined) return not('the hub answers, and its end of the tunnels is up');
  if (lost.length === 0) return not(`${fault.why}, yet nobody was seen to lose it`);
  return {
    type: 'found',
    basis: 'state',
    cause: 'hub-tunnel-down',
    hostAtFault: name,
    direction: 'both',
    confidence: 0.97,
    because: [fault.why, ...lost],
    despite,
  };
}
