import type { NodeEvidence } from '../../evidence/node-evidence.ts';
import { routeNotNarrower, routesTo } from '../../evidence/routes.ts';
import type { Operation } from '../../grammar/operation.ts';
import { type Cidr, contains, parseCidr } from '../../network/cidr.ts';
import type { HostAndPeers, Readings } from '../overlay.ts';
import { leadsToNetwork } from '../route-owner.ts';
import type { NativePeer } from './peer.ts';

/**
 * flannel's one route for the pods of all, into its own device, and an end of whatever is narrower than that and leads the
 * peer's pods elsewhere. Where nobody says what the network of all is, a route for the peer's pods alone.
 */
export function flannelRoute(
  peer: NativePeer,
  around: HostAndPeers<NativePeer>,
  device: string,
  readings: Readings,
): readonly Operation[] {
  const cidr = networkOfAll(around, device, readings) ?? peer.podCidr;
  const rows = readings(around.self.node)?.routes ?? [];
  const way = routeNotNarrower(rows, peer.podCidr, peer.overlayIp);
  const wins =
    way !== undefined &&
    way.device !== device &&
    way.prefix > (parseCidr(cidr)?.prefix ?? 0) &&
    !isNetwork(way.destination, readings(around.self.node));
  const isThere = routesTo(rows, cidr).some(([, gateway, dev]) => !gateway && dev === device);
  return [
    ...(isThere ? [] : [{ op: 'route set' as const, cidr, dev: device, mtuBytes: null }]),
    ...(wins ? [{ op: 'route del' as const, cidr: way.destination, dev: way.device }] : []),
  ];
}

function isNetwork(destination: string, measured: NodeEvidence | undefined): boolean {
  const row = measured?.routes.find((each) => each[0] === destination);
  return measured === undefined || row === undefined || leadsToNetwork(row, measured);
}

/** As flanneld wrote it down on the host (FLANNEL_NETWORK), or as another host routes it. */
function networkOfAll(
  { self, peers }: HostAndPeers<NativePeer>,
  device: string,
  readings: Readings,
): string | undefined {
  const others = peers.flatMap(({ node }) => routesInto(device, readings(node)));
  const said = [readings(self.node)?.subnetEnv?.network, ...others].filter((text) => text !== undefined);
  return said.find((text) => {
    const all = parseCidr(text);
    return all !== undefined && all.prefix > 0 && [self, ...peers].every(({ podCidr }) => holds(all, podCidr));
  });
}

function routesInto(device: string, measured: NodeEvidence | undefined): readonly string[] {
  return (measured?.routes ?? []).flatMap(([destination, , dev]) => (dev === device ? [destination] : []));
}

function holds(all: Cidr, text: string): boolean {
  const part = parseCidr(text);
  return part !== undefined && part.prefix >= all.prefix && contains(all, part.network);
}
