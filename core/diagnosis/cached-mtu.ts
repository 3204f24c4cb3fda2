import { type HostReading, measuredBy, readingOn } from '../evidence/evidence.ts';
import type { Way } from '../evidence/node-evidence.ts';
import { endpointAddress } from '../evidence/wireguard-peer.ts';
import { pathRange } from '../network/mtu.ts';
import type { Facts } from './facts.ts';
import type { TunnelSize } from './tunnel-size.ts';

/** A path MTU of the tunnel's outer packets that a kernel learned a while ago, and that bounds what the search found. */
export interface CachedMtu {
  readonly host: string;
  /** The far end of the tunnel, as the host sends to it. */
  readonly address: string;
  readonly why: string;
}

/** How long a kernel remembers (net.ipv4.route.mtu_expires), where the host did not say. */
const USUAL_EXPIRES_SECONDS = 600;

/**
 * One that was learned later than this is what the path says now. An older one may be over: nothing refreshes it, because packets
 * that it keeps small are never answered with "too long". So it is forgotten first; where the path is really so small,
 * the kernel learns it again at once, and the next look finds a young one.
 */
const OLD_SECONDS = 60;

/** At both ends of the tunnel. Empty: none is old, or another size is what bounds the search. */
export function cachedMtus(facts: Facts, { carriedBytes }: TunnelSize): readonly CachedMtu[] {
  const { tunnel, name, evidence } = facts;
  if (tunnel === undefined) return [];
  const { lowestBytes, highestBytes } = pathRange(carriedBytes, 'ipv4');
  const ends = [
    { host: name, entry: tunnel.hubAtNode.at(-1) },
    { host: tunnel.hub, entry: tunnel.nodeAtHub.at(-1) },
  ];
  return ends.flatMap(({ host, entry }) => {
    const address = entry && endpointAddress(entry);
    const reading = readingOn(evidence.readings, host);
    const way = reading?.runs.at(-1)?.ways?.find((each) => each.address === address);
    const ageSeconds = ageOf(way, reading);
    if (address === undefined || way === undefined || ageSeconds === undefined || ageSeconds < OLD_SECONDS) return [];
    if (way.cachedMtuBytes < lowestBytes || way.cachedMtuBytes > (highestBytes ?? way.cachedMtuBytes)) return [];
    const why = `${host} learned ${ageSeconds} s ago that the path to ${address} carries ${way.cachedMtuBytes}, and keeps to it`;
    return [{ host, address, why }];
  });
}

function ageOf(way: Way | undefined, reading: HostReading | undefined): number | undefined {
  if (way?.expiresSeconds === undefined || way.cachedMtuBytes === 0) return undefined;
  const lifetime = measuredBy(reading)?.sysctls['net.ipv4.route.mtu_expires'] ?? USUAL_EXPIRES_SECONDS;
  return lifetime - way.expiresSeconds;
}
