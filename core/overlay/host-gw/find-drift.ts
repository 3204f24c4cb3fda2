import { deviceWith } from '../../evidence/device-with.ts';
import { sees } from '../../evidence/evidence.ts';
import type { NodeEvidence } from '../../evidence/node-evidence.ts';
import { routeTo } from '../../evidence/routes.ts';
import { sameIp } from '../../network/address.ts';
import type { Drift } from '../drift.ts';
import type { Member } from '../member.ts';
import type { HostView } from '../overlay.ts';
import { otherRoute, shadowsOf, withoutRoute } from '../route-drift.ts';

/** One route per peer, through the peer's public IP. Nothing is concluded where the host's own device is not known. */
export function findHostGwDrift({ self, peers, measured }: HostView<Member>): readonly Drift[] {
  const device = deviceWith(measured, self.publicIp);
  if (device === undefined || !sees(measured, 'routes')) return [];
  return peers.flatMap((peer) => [
    ...shadowsOf(self.node, peer, measured, device),
    ...ownRouteDrift(self.node, peer, measured),
  ]);
}

function ownRouteDrift(host: string, peer: Member, measured: NodeEvidence): readonly Drift[] {
  const row = routeTo(measured.routes, peer.podCidr);
  if (row === undefined) return [withoutRoute(host, peer, measured)];
  const [, gateway] = row;
  return gateway !== null && sameIp(gateway, peer.publicIp) ? [] : [otherRoute(host, peer, row, measured)];
}
