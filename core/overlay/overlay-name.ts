/**
 * What flannel can run to carry pods between nodes, as far as Restitch knows it. `wireguard-native` is k3s's name for
 * flannel's backend `wireguard`.
 */
export const overlayNames = ['vxlan', 'wireguard-native', 'host-gw'] as const;

export type OverlayName = (typeof overlayNames)[number];
