import { measuredOn } from '../evidence/evidence.ts';
import { bareAddress, parseIp } from '../network/address.ts';
import type { Facts } from './facts.ts';

/**
 * IPv4 addresses with their prefix on flannel's device besides the one that flannel gave it, as a DHCP client or a link-local
 * daemon adds them. flanneld runs on with them, and ends with "incompatible addresses" when it is started again
 * (flannel-io/flannel#1060). One address alone is flannel's to replace, so it is not told.
 */
export function foreignAddresses({ evidence, network }: Facts, host: string): readonly string[] {
  const member = network.members.find(({ node }) => node === host);
  if (member === undefined || evidence.flannelDevice === null) return [];
  const addresses = (measuredOn(evidence.readings, host)?.addresses ?? [])
    .filter(([device, text]) => device === evidence.flannelDevice && parseIp(bareAddress(text))?.version === 4)
    .map(([, text]) => text);
  return addresses.length < 2 ? [] : addresses.filter((text) => bareAddress(text) !== member.overlayIp);
}
