import type { NodeObject } from '../../evidence/node-object.ts';
import { addressAt, parseCidr } from '../../network/cidr.ts';
import type { IpFamily } from '../../network/mtu.ts';
import { commonIdentities } from '../common-identities.ts';
import { readLease } from '../flannel-lease.ts';
import type { Member } from '../member.ts';
import type { Overlay } from '../overlay.ts';
import { tunnelLayer } from '../tunnel-layer.ts';
import { hostGwCauses } from './causes.ts';
import { findHostGwDrift } from './find-drift.ts';
import { mendHostGw } from './mend.ts';

/**
 * flannel's host-gw: no device and no wrapping, one route per peer through the peer itself, which must be on link (flannel
 * pkg/backend/hostgw). A tunnel below it carries the pods' own addresses, so its AllowedIPs must hold them.
 */
export const hostGw: Overlay<Member> = {
  name: 'host-gw',
  backendType: 'host-gw',
  device: () => null,
  readMember: readHostGwMember,
  identities: commonIdentities,
  tables: ['routes', 'addresses'],
  findDrift: findHostGwDrift,
  causes: hostGwCauses,
  mend: mendHostGw,
  rebuild: () => [],
  fullState: () => [],
  focus: ({ publicIp, podCidr }) => [publicIp, podCidr],
  carriedNetworks: ({ publicIp, podCidr }) => [publicIp, podCidr],
  mtu: { layers: [tunnelLayer], flannelSubtractsBytes: 0, refusesTooLong: true },
  blockedCause: 'forward-dropped',
};

/** The lease says all: backend data is empty. What answers for the node is the gateway of its pods. */
function readHostGwMember(node: NodeObject, family: IpFamily): Member | string {
  const lease = readLease(node, family);
  if (typeof lease === 'string') return lease;
  const cidr = parseCidr(lease.member.podCidr);
  const overlayIp = cidr && addressAt(cidr, 1n);
  return overlayIp === undefined
    ? `${lease.member.podCidr} has no address for a gateway`
    : { ...lease.member, overlayIp };
}
