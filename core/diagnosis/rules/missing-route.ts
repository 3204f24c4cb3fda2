import { type Drift, describeDrift } from '../../evidence/drift.ts';
import { brokenPaths, describePath } from '../../evidence/paths.ts';
import { everyLayerAndWorkload } from '../../evidence/probe-plan.ts';
import { peerCarrying } from '../../evidence/wireguard-peer.ts';
import { cloudRoute } from '../cloud-route.ts';
import type { Finding, Found } from '../diagnosis.ts';
import { driftSupport } from '../drift-support.ts';
import type { Facts } from '../facts.ts';
import { nativeRoute } from '../native/native-route.ts';
import type { Tunnel } from '../tunnel.ts';
import { astrayAddresses, uncarriedNodes } from '../tunnel-ways.ts';

/** A way is missing: forwarding switched off, an address that no tunnel peer carries, a route that is not there. */
export function missingRoute(facts: Facts): Finding {
  return (
    forwardingOff(facts) ??
    (facts.tunnel === undefined ? undefined : allowedIps(facts, facts.tunnel)) ??
    tunnelRoute(facts) ??
    nativeRoute(facts) ??
    podRoutes(facts) ??
    cloudRoute(facts)
  );
}

function forwardingOff(facts: Facts): Found | undefined {
  const hosts = [
    { name: facts.name, measured: facts.node },
    { name: facts.hub?.name ?? '', measured: facts.hub?.measured },
  ];
  const off = hosts.find(({ measured }) => measured?.sysctls['net.ipv4.ip_forward'] === 0);
  return off && confirmed(facts, 'ip-forward-off', off.name, [`${off.name}: net.ipv4.ip_forward is 0`]);
}

/** WireGuard drops what no peer's AllowedIPs hold, on the way out and on the way in. */
function allowedIps(facts: Facts, tunnel: Tunnel): Found | undefined {
  const { self, name } = facts;
  const atHub = tunnel.atHub.at(-1)?.wireguard.peers ?? [];
  const entry = tunnel.nodeAtHub.at(-1);
  if (self !== undefined && entry !== undefined && !peerCarrying(entry, self.publicIp)) {
    const thief = atHub.find((peer) => peerCarrying(peer, self.publicIp));
    const where = `${tunnel.hub}: AllowedIPs of ${name} do not hold ${self.publicIp}`;
    return thief === undefined
      ? confirmed(facts, 'allowed-ips-missing', tunnel.hub, [where])
      : confirmed(facts, 'allowed-ips-stolen', tunnel.hub, [where, `those of another peer do: ${thief.publicKey}`]);
  }
  const outside = uncarriedNodes(facts);
  if (outside.length === 0) return undefined;
  const missing = outside.map((vtep) => `${name}: no peer's AllowedIPs hold ${vtep.publicIp} of ${vtep.node}`);
  return confirmed(facts, 'allowed-ips-missing', name, missing);
}

function tunnelRoute(facts: Facts): Found | undefined {
  const astray = astrayAddresses(facts);
  const [first] = astray;
  if (first === undefined) return undefined;
  const { wireguardDevice } = facts.evidence;
  const because = astray.map(({ host, address }) => `${host}: ${address} is not routed through ${wireguardDevice}`);
  return confirmed(facts, 'tunnel-route-missing', first.host, because);
}

/** Only routes to peers' pod networks are missing; the VXLAN tables themselves are as they must be. */
function podRoutes(facts: Facts): Found | undefined {
  const { drifts, network } = facts;
  const [first] = drifts;
  if (network.backend !== 'vxlan') return undefined;
  if (first === undefined || drifts.some((drift) => drift.type !== 'route-missing')) return undefined;
  const support = driftSupport(facts, drifts);
  const because = [...drifts.map((drift: Drift) => describeDrift(drift)), ...support.because];
  return { ...confirmed(facts, 'peer-pod-route-missing', first.host, because), ...support, because };
}

/** A wrong state with the paths that show it. */
function confirmed(facts: Facts, cause: string, hostAtFault: string, because: readonly string[]): Found {
  const broken = brokenPaths(facts.evidence, [...everyLayerAndWorkload, 'hop']);
  return {
    type: 'found',
    class: 'missing-route',
    basis: 'state',
    cause,
    hostAtFault,
    direction: 'both',
    confidence: 0.97,
    because: [...because, ...broken.map(describePath)],
    despite: broken.length === 0 ? ['every measured path passes'] : [],
  };
}
