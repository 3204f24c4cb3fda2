import { assertNever } from '../../assert-never.ts';
import type { Operation } from '../../grammar/operation.ts';
import type { Drift } from '../drift.ts';
import type { HostWork } from '../overlay.ts';
import { madePeer, ownNetworks, replacedPeer } from './mend-peer.ts';
import { flannelRoute } from './mend-route.ts';
import type { NativePeer } from './peer.ts';

/** What differs, as flanneld would have made it (flannel pkg/backend/wireguard). */
export function mendNative(drift: Drift, work: HostWork<NativePeer>): readonly Operation[] {
  const { self, peers, device, readings } = work;
  if (device === null) return [];
  if (drift.type === 'device-down') return [{ op: 'link up', dev: device }];
  const peer = 'peer' in drift ? peers.find(({ node }) => node === drift.peer) : undefined;
  const wireguard = readings(drift.host)?.flannelWireGuard;
  if (peer === undefined || !('peer' in drift)) return [];
  switch (drift.type) {
    case 'peer-missing':
      return wireguard ? madePeer(peer, wireguard) : [];
    case 'peer-key-wrong': {
      const expectedKeys = [self, ...peers].map(({ publicKey }) => publicKey);
      return wireguard ? replacedPeer(peer, drift.actual, wireguard, expectedKeys) : [];
    }
    case 'allowed-ips-missing':
      return [{ op: 'wg allowed-ips', dev: device, peer: peer.publicKey, cidrs: ownNetworks(peer, drift.actual) }];
    case 'route-missing':
    case 'route-wrong':
      return flannelRoute(peer, work, device, readings);
    case 'route-shadowed':
      return [{ op: 'route del', cidr: drift.destination, dev: drift.device }];
    case 'network-overlap':
    case 'neighbour-missing':
    case 'neighbour-wrong':
    case 'fdb-missing':
    case 'fdb-wrong':
      return [];
    default:
      return assertNever(drift);
  }
}
