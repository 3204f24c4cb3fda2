import { measuredOn, seesAll } from '../../evidence/evidence.ts';
import { brokenPaths, describePath } from '../../evidence/paths.ts';
import { everyLayerAndWorkload } from '../../evidence/probe-name.ts';
import { peerCarryingAll } from '../../evidence/wireguard-peer.ts';
import { forwardingKeys } from '../../network/forwarding-key.ts';
import type { CauseName } from '../causes.ts';
import { cloudRoute } from '../cloud-route.ts';
import { deviceForwardingOff } from '../device-forwarding.ts';
import type { Finding, Found } from '../diagnosis.ts';
import { driftFinding } from '../drift-finding.ts';
import { type Facts, nodeAndHub } from '../facts.ts';
import { policyRoute } from '../policy-route.ts';
import { reversePathFilter, routesByMark } from '../reverse-path.ts';
import { wrongSources } from '../source-address.ts';
import type { Tunnel } from '../tunnel.ts';
import { type TunnelWays, tunnelWays } from '../tunnel-ways.ts';

/** Packets have no route: forwarding is off, no tunnel peer carries an address, or a route is missing. */
export function missingRoute(facts: Facts): Finding {
  const ways = tunnelWays(facts);
  const found =
    forwardingOff(facts) ??
    forwardingOffOnDevice(facts) ??
    pastMainTable(facts) ??
    wrongSource(facts) ??
    tunnelFinding(facts, ways) ??
    driftFinding(facts, 'missing-route');
  return found === undefined ? cloudRoute(facts) : { ...found, forRepair: { tunnelWays: ways } };
}

/** AllowedIPs, then routes, that keep packets out of the tunnel. */
export function tunnelFinding(facts: Facts, ways: TunnelWays): Found | undefined {
  const { tunnel } = facts;
  return (tunnel === undefined ? undefined : allowedIps(facts, tunnel, ways)) ?? tunnelRoute(facts, ways);
}

function forwardingOff(facts: Facts): Found | undefined {
  const off = nodeAndHub(facts).find(({ measured }) => measured.sysctls[forwardingKeys[facts.family]] === 0);
  // A host that has nothing to forward needs no forwarding.
  if (brokenPaths(facts.evidence, everyLayerAndWorkload).length === 0) return undefined;
  return off && confirmed(facts, 'ip-forward-off', off.host, [`${off.host}: ${forwardingKeys[facts.family]} is 0`]);
}

function forwardingOffOnDevice(facts: Facts): Found | undefined {
  const off = deviceForwardingOff(facts);
  if (off === undefined) return undefined;
  const { host, device } = off;
  return confirmed(facts, 'forwarding-off-on-device', host, [`${host}: net.ipv4.conf.${device}.forwarding is 0`]);
}

function pastMainTable(facts: Facts): Found | undefined {
  const found = policyRoute(facts);
  return found && confirmed(facts, 'policy-route', found.host, found.because);
}

function wrongSource(facts: Facts): Found | undefined {
  const wrong = wrongSources(facts);
  const because = wrong.map(
    ({ peer, source }) => `${facts.name}: its own packets to ${peer} carry the source ${source}`,
  );
  return wrong.length === 0 ? undefined : confirmed(facts, 'source-address-wrong', facts.name, because);
}

/** WireGuard drops packets that no peer's AllowedIPs contain, outgoing and incoming. */
function allowedIps(facts: Facts, tunnel: Tunnel, { uncarried, uncarriedAtHub }: TunnelWays): Found | undefined {
  const { name } = facts;
  const [lacking] = uncarriedAtHub;
  if (lacking !== undefined) {
    const atHub = tunnel.atHub.at(-1)?.wireguard.peers ?? [];
    const thief = atHub.find((peer) => peerCarryingAll(peer, lacking));
    const where = `${tunnel.hub}: AllowedIPs of ${name} do not hold ${lacking}`;
    return thief === undefined
      ? confirmed(facts, 'allowed-ips-missing', tunnel.hub, [where])
      : confirmed(facts, 'allowed-ips-stolen', tunnel.hub, [where, `those of another peer do: ${thief.publicKey}`]);
  }
  const missing = uncarried.flatMap(({ node, networks }) =>
    networks.map((network) => `${name}: no peer's AllowedIPs hold ${network} of ${node}`),
  );
  return missing.length === 0 ? undefined : confirmed(facts, 'allowed-ips-missing', name, missing);
}

function tunnelRoute(facts: Facts, { astray }: TunnelWays): Found | undefined {
  const [first] = astray;
  if (first === undefined || isFilteredInstead(facts, first.host) || !seesTunnel(facts, first.host)) return undefined;
  const { wireguardDevice } = facts.evidence;
  const because = astray.map(({ host, address }) => `${host}: ${address} is not routed through ${wireguardDevice}`);
  // A full tunnel has no routes of its own in the main table: a rule leads into it.
  const cause = first.host === facts.name && isFullTunnel(facts) ? 'policy-route' : 'tunnel-route-missing';
  return confirmed(facts, cause, first.host, because);
}

/** What else could keep packets out of the tunnel: its address, its peers, the reverse path filter. */
function seesTunnel({ evidence }: Facts, host: string): boolean {
  const measured = measuredOn(evidence.readings, host);
  return measured !== undefined && seesAll(measured, ['addresses', 'wireguard', 'sysctls']);
}

/** A host that routes by a mark has no route in the main table, and needs none. */
function isFilteredInstead(facts: Facts, host: string): boolean {
  const measured = measuredOn(facts.evidence.readings, host);
  return measured !== undefined && routesByMark(measured) && reversePathFilter(facts)?.host === host;
}

function isFullTunnel({ tunnel }: Facts): boolean {
  return tunnel?.hubAtNode.at(-1)?.allowedIps.some((cidr) => cidr.endsWith('/0')) ?? false;
}

/** A wrong state with the paths that show it. */
function confirmed(facts: Facts, cause: CauseName, hostAtFault: string, because: readonly string[]): Found {
  const broken = brokenPaths(facts.evidence, [...everyLayerAndWorkload, 'hop']);
  return {
    type: 'found',
    basis: 'state',
    cause,
    hostAtFault,
    direction: 'both',
    confidence: 0.97,
    because: [...because, ...broken.map(describePath)],
    despite: [],
  };
}
