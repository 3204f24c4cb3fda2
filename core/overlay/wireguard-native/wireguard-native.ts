import { type IpFamily, wireGuardHeaders } from '../../network/mtu.ts';
import { commonIdentities } from '../common-identities.ts';
import type { Overlay } from '../overlay.ts';
import { nativeCauses } from './causes.ts';
import { findNativeDrift } from './find-drift.ts';
import { mendNative } from './mend.ts';
import { type NativePeer, readNativePeer } from './peer.ts';

/** The devices of flannel's `wireguard` backend (flannel pkg/backend/wireguard/wireguard.go). */
const devices: Readonly<Record<IpFamily, string>> = { ipv4: 'flannel-wg', ipv6: 'flannel-wg-v6' };

/**
 * flannel runs WireGuard itself, without VXLAN: one device with a peer for each node, and one route for the pods of all. Only
 * flanneld can make the device, because it has the key; the device that it makes has its peers and its route.
 */
export const wireguardNative: Overlay<NativePeer> = {
  name: 'wireguard-native',
  backendType: 'wireguard',
  device: (_settings, family) => devices[family],
  readMember: readNativePeer,
  identities: (peer) => [...commonIdentities(peer), { what: 'public key', value: peer.publicKey }],
  tables: ['links', 'flannel-wireguard', 'routes'],
  findDrift: findNativeDrift,
  causes: nativeCauses,
  mend: mendNative,
  rebuild: () => [],
  fullState: () => [],
  focus: ({ publicIp, podCidr, publicKey }) => [publicIp, podCidr, publicKey],
  carriedNetworks: ({ publicIp }) => [publicIp],
  mtu: {
    layers: [
      {
        device: 'flannel',
        headers: (underlay) => wireGuardHeaders(underlay),
        why: 'every packet travels in UDP',
        usualName: (underlay) => devices[underlay],
      },
    ],
    flannelSubtractsBytes: 80,
    // Its outer packets may be fragmented, so it never answers "too long" for what lies below it.
    refusesTooLong: false,
  },
  blockedCause: 'flannel-port-filtered',
};
