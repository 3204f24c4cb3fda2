import type { NodeObject } from '../evidence/node-object.ts';
import type { IpFamily } from '../network/mtu.ts';
import { bindOverlay, type OverlayBinding } from './bind-overlay.ts';
import type { ExpectedNetwork, OverlayTraits } from './expected-network.ts';
import { backendTypeOf } from './flannel-lease.ts';
import { hostGw } from './host-gw/host-gw.ts';
import { type OverlayConfig, UNKNOWN_CONFIG } from './overlay-config.ts';
import type { OverlayName } from './overlay-name.ts';
import { unsupportedNetwork } from './unsupported-network.ts';
import { vxlan } from './vxlan/vxlan.ts';
import { wireguardNative } from './wireguard-native/wireguard-native.ts';

/** What is fixed for each overlay that Restitch knows. */
export const overlays: Readonly<Record<OverlayName, OverlayTraits>> = {
  vxlan,
  'wireguard-native': wireguardNative,
  'host-gw': hostGw,
};

const bindings: readonly OverlayBinding[] = [bindOverlay(vxlan), bindOverlay(wireguardNative), bindOverlay(hostGw)];

/**
 * The overlay's intended state from the Node objects, the same source that flanneld itself uses: that of the overlay which
 * the node `about` is part of, because flanneld passes over leases of another backend.
 */
export function expectedNetwork(
  nodes: readonly NodeObject[],
  about: string,
  config: OverlayConfig = UNKNOWN_CONFIG,
  family: IpFamily = 'ipv4',
): ExpectedNetwork {
  const type = backendTypeOf(nodes.find(({ metadata }) => metadata.name === about));
  const bind = bindings.find(({ backendType }) => backendType === type)?.bind;
  if (bind !== undefined) return bind(nodes, family, config);
  return unsupportedNetwork(
    about,
    type,
    bindings.map(({ backendType }) => backendType),
  );
}
