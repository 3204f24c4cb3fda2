import type { Fault } from '../../fault.ts';
import { hostGwAllowedIpsMissing } from './host-gw-allowed-ips-missing.ts';
import { hostGwHubAllowedIpsMissing } from './host-gw-hub-allowed-ips-missing.ts';
import { hostGwHubRouteMissing } from './host-gw-hub-route-missing.ts';
import { hostGwPathMtuLowered } from './host-gw-path-mtu-lowered.ts';
import { hostGwPeerRouteMissing } from './host-gw-peer-route-missing.ts';
import { hostGwRouteEscaped } from './host-gw-route-escaped.ts';
import { hostGwRoutesLost } from './host-gw-routes-lost.ts';
import { hostGwTunnelBounced } from './host-gw-tunnel-bounced.ts';
import { hostGwUntouched } from './host-gw-untouched.ts';

/** flannel's host-gw: one route per peer, and the tunnel that must carry the pods of all. */
export const hostGwFaults: readonly Fault[] = [
  hostGwPeerRouteMissing,
  hostGwHubRouteMissing,
  hostGwRoutesLost,
  hostGwRouteEscaped,
  hostGwAllowedIpsMissing,
  hostGwHubAllowedIpsMissing,
  hostGwPathMtuLowered,
  hostGwTunnelBounced,
  hostGwUntouched,
];
