import type { Fault } from '../../fault.ts';
import { bridgeAddressOld } from './bridge-address-old.ts';
import { bridgeNetfilterOff } from './bridge-netfilter-off.ts';
import { cachedPathMtu } from './cached-path-mtu.ts';
import { checksumOffload } from './checksum-offload.ts';
import { clockBehind } from './clock-behind.ts';
import { conntrackFull } from './conntrack-full.ts';
import { deviceMissingAndPathMtu } from './device-missing-and-path-mtu.ts';
import { dhcpRouteOnPodRange } from './dhcp-route-on-pod-range.ts';
import { directRouteLost } from './direct-route-lost.ts';
import { dockerOnPodRange } from './docker-on-pod-range.ts';
import { endpointInOwnNetwork } from './endpoint-in-own-network.ts';
import { endpointInPodRange } from './endpoint-in-pod-range.ts';
import { firewalldReloaded } from './firewalld-reloaded.ts';
import { flannelAddressLost } from './flannel-address-lost.ts';
import { foreignAddressStopsFlanneld } from './foreign-address-stops-flanneld.ts';
import { foreignAddressesQuiet } from './foreign-addresses-quiet.ts';
import { forwardDroppedQuiet } from './forward-dropped-quiet.ts';
import { forwardingOffOnBridge } from './forwarding-off-on-bridge.ts';
import { forwardingOffOnOverlay } from './forwarding-off-on-overlay.ts';
import { fullTunnelVxlanMissing } from './full-tunnel-vxlan-missing.ts';
import { hostSourceWrong } from './host-source-wrong.ts';
import { hubForwardingOffOnTunnel } from './hub-forwarding-off-on-tunnel.ts';
import { hubOnlyIcmpForwarded } from './hub-only-icmp-forwarded.ts';
import { hypervisorEatsVxlan } from './hypervisor-eats-vxlan.ts';
import { lanAnnounced } from './lan-announced.ts';
import { lanOnPodRange } from './lan-on-pod-range.ts';
import { largeLostAtHub } from './large-lost-at-hub.ts';
import { largeLostAtPeer } from './large-lost-at-peer.ts';
import { largeLostInVpc } from './large-lost-in-vpc.ts';
import { leftoverCniBridge } from './leftover-cni-bridge.ts';
import { loss30Percent } from './loss-30-percent.ts';
import { loss30PercentOfVxlan } from './loss-30-percent-of-vxlan.ts';
import { masqueradeEmptied } from './masquerade-emptied.ts';
import { meshAcceptsRoutes } from './mesh-accepts-routes.ts';
import { nativeEndpointPutBack } from './native-endpoint-put-back.ts';
import { nativePortsDiffer } from './native-ports-differ.ts';
import { nativePrivateEndpoint } from './native-private-endpoint.ts';
import { networkManagerReload } from './network-manager-reload.ts';
import { networkdDeletesRules } from './networkd-deletes-rules.ts';
import { oneNodeOnOldPort } from './one-node-on-old-port.ts';
import { onlyIcmpForwarded } from './only-icmp-forwarded.ts';
import { ownBridgeDown } from './own-bridge-down.ts';
import { ownPublicIpWrongQuiet } from './own-public-ip-wrong-quiet.ts';
import { ownRouteIntoOverlay } from './own-route-into-overlay.ts';
import { ownRouteShadowedByHalf } from './own-route-shadowed-by-half.ts';
import { podSubnetTwice } from './pod-subnet-twice.ts';
import { podVethDown } from './pod-veth-down.ts';
import { policyRuleTakesPods } from './policy-rule-takes-pods.ts';
import { publicAddressNotMapped } from './public-address-not-mapped.ts';
import { publicIpTwice } from './public-ip-twice.ts';
import { publicIpWrongQuiet } from './public-ip-wrong-quiet.ts';
import { reversePathOnTunnel } from './reverse-path-on-tunnel.ts';
import { routeToOtherHub } from './route-to-other-hub.ts';
import { secondTunnelClaimsNetwork } from './second-tunnel-claims-network.ts';
import { sourceDestinationCheck } from './source-destination-check.ts';
import { staleUdpFlow } from './stale-udp-flow.ts';
import { subnetEnvOld } from './subnet-env-old.ts';
import { threeEndsTooLarge } from './three-ends-too-large.ts';
import { tunnelAddressLost } from './tunnel-address-lost.ts';
import { tunnelInSmallLan } from './tunnel-in-small-lan.ts';
import { ufwDeniesRouted } from './ufw-denies-routed.ts';
import { v6AllowedIpsMissing } from './v6-allowed-ips-missing.ts';
import { v6BridgeBounced } from './v6-bridge-bounced.ts';
import { v6FdbLost } from './v6-fdb-lost.ts';
import { v6ForwardDropped } from './v6-forward-dropped.ts';
import { v6ForwardingOff } from './v6-forwarding-off.ts';
import { v6HostGwAllowedIpsMissing } from './v6-host-gw-allowed-ips-missing.ts';
import { v6HostGwRouteMissing } from './v6-host-gw-route-missing.ts';
import { v6HubAllowedIpsMissing } from './v6-hub-allowed-ips-missing.ts';
import { v6HubForwardingOff } from './v6-hub-forwarding-off.ts';
import { v6LinkBounced } from './v6-link-bounced.ts';
import { v6MacStale } from './v6-mac-stale.ts';
import { v6MtuAboveTunnel } from './v6-mtu-above-tunnel.ts';
import { v6NativePeerMissing } from './v6-native-peer-missing.ts';
import { v6NativeRouteMissing } from './v6-native-route-missing.ts';
import { v6PathMtuLowered } from './v6-path-mtu-lowered.ts';
import { v6RoutesLost } from './v6-routes-lost.ts';
import { v6SwitchedOff } from './v6-switched-off.ts';
import { v6TunnelRouteMissing } from './v6-tunnel-route-missing.ts';
import { v6VxlanFiltered } from './v6-vxlan-filtered.ts';
import { vtepMacTwice } from './vtep-mac-twice.ts';
import { vxlanModuleMissing } from './vxlan-module-missing.ts';

/** What was seen in fleets that are not ours: in another team's lab, and in public issue threads, which each file names. */
export const fieldFaults: readonly Fault[] = [
  ownBridgeDown,
  forwardDroppedQuiet,
  podVethDown,
  largeLostAtPeer,
  largeLostInVpc,
  largeLostAtHub,
  loss30Percent,
  loss30PercentOfVxlan,
  deviceMissingAndPathMtu,
  threeEndsTooLarge,
  publicIpWrongQuiet,
  ownPublicIpWrongQuiet,
  policyRuleTakesPods,
  meshAcceptsRoutes,
  networkdDeletesRules,
  onlyIcmpForwarded,
  ufwDeniesRouted,
  hubOnlyIcmpForwarded,
  checksumOffload,
  lanAnnounced,
  podSubnetTwice,
  vtepMacTwice,
  publicIpTwice,
  foreignAddressesQuiet,
  foreignAddressStopsFlanneld,
  flannelAddressLost,
  networkManagerReload,
  tunnelAddressLost,
  hostSourceWrong,
  bridgeAddressOld,
  subnetEnvOld,
  ownRouteIntoOverlay,
  ownRouteShadowedByHalf,
  leftoverCniBridge,
  dockerOnPodRange,
  lanOnPodRange,
  dhcpRouteOnPodRange,
  forwardingOffOnOverlay,
  hubForwardingOffOnTunnel,
  forwardingOffOnBridge,
  reversePathOnTunnel,
  endpointInOwnNetwork,
  endpointInPodRange,
  nativePrivateEndpoint,
  clockBehind,
  vxlanModuleMissing,
  cachedPathMtu,
  sourceDestinationCheck,
  hypervisorEatsVxlan,
  directRouteLost,
  oneNodeOnOldPort,
  routeToOtherHub,
  fullTunnelVxlanMissing,
  publicAddressNotMapped,
  firewalldReloaded,
  v6MacStale,
  v6RoutesLost,
  v6FdbLost,
  v6LinkBounced,
  v6VxlanFiltered,
  v6SwitchedOff,
  v6MtuAboveTunnel,
  v6ForwardingOff,
  v6HubForwardingOff,
  v6AllowedIpsMissing,
  v6HubAllowedIpsMissing,
  v6TunnelRouteMissing,
  v6PathMtuLowered,
  v6BridgeBounced,
  v6ForwardDropped,
  v6NativePeerMissing,
  v6NativeRouteMissing,
  v6HostGwRouteMissing,
  v6HostGwAllowedIpsMissing,
  masqueradeEmptied,
  secondTunnelClaimsNetwork,
  nativePortsDiffer,
  nativeEndpointPutBack,
  conntrackFull,
  staleUdpFlow,
  tunnelInSmallLan,
  bridgeNetfilterOff,
];
