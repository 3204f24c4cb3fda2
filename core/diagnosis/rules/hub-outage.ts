import { sees } from '../../evidence/evidence.ts';
import { measuredPaths } from '../../evidence/paths.ts';
import { type Finding, notA } from '../diagnosis.ts';
import type { Facts, OtherHost } from '../facts.ts';

const not = notA('hub-outage');

/** The hub is silent for a healthy peer of another site as well: every leaf behind it only shows the symptom. */
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
  const { passive } = hub.reading;
  return {
    type: 'found',
    class: 'hub-outage',
    basis: 'state',
    cause: 'hub-unreachable',
    hostAtFault: hub.name,
    direction: 'both',
    confidence: lost.length > 1 ? 0.95 : 0.7,
    because: [...(passive.status === 'unreachable' ? [`${hub.name}: ${passive.reason}`] : []), ...lost],
    despite,
  };
}

/** The hub's host lives, its end of every tunnel does not. */
function hubTunnel(
  { evidence, tunnel }: Facts,
  { name, measured }: OtherHost,
  lost: readonly string[],
  despite: readonly string[],
): Finding {
  const what =
    measured === undefined || tunnel === undefined ? undefined : wrongWith(measured, evidence.wireguardDevice);
  if (what === undefined) return not('the hub answers, and its end of the tunnels is up');
  return {
    type: 'found',
    class: 'hub-outage',
    basis: 'state',
    cause: 'hub-tunnel-down',
    hostAtFault: name,
    direction: 'both',
    confidence: 0.97,
    because: [`${name}: ${what}`, ...lost],
    despite,
  };
}

function wrongWith(measured: NonNullable<OtherHost['measured']>, device: string): string | undefined {
  if (!sees(measured, 'links')) return undefined;
  const link = measured.links.find(({ name }) => name === device);
  if (link === undefined) return `${device} does not exist`;
  if (!link.up) return `${device} is down`;
  const hung = measured.unseen.some(({ what, why }) => what === 'wireguard' && why === 'timeout');
  return hung ? `the daemon of ${device} does not answer` : undefined;
}
