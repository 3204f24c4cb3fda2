import type { Fault } from '../../fault.ts';
import { allowedIpsMissing } from './allowed-ips-missing.ts';
import { cloudPathBlocked } from './cloud-path-blocked.ts';
import { cloudPodRouteMissing } from './cloud-pod-route-missing.ts';
import { cloudRouteBlackhole } from './cloud-route-blackhole.ts';
import { cloudRouteMissing } from './cloud-route-missing.ts';
import { hubAllowedIpsMissing } from './hub-allowed-ips-missing.ts';
import { hubAllowedIpsStolen } from './hub-allowed-ips-stolen.ts';
import { hubIpForwardOff } from './hub-ip-forward-off.ts';
import { hubPodRouteMissing } from './hub-pod-route-missing.ts';
import { ipForwardOff } from './ip-forward-off.ts';
import { podRouteOnePeerMissing } from './pod-route-one-peer-missing.ts';
import { podRoutesMissing } from './pod-routes-missing.ts';
import { tunnelRouteMissing } from './tunnel-route-missing.ts';

/** Routes, AllowedIPs and forwarding. */
export const routesFaults: readonly Fault[] = [
  podRoutesMissing,
  podRouteOnePeerMissing,
  hubPodRouteMissing,
  cloudPodRouteMissing,
  tunnelRouteMissing,
  allowedIpsMissing,
  hubAllowedIpsMissing,
  hubAllowedIpsStolen,
  cloudRouteMissing,
  cloudRouteBlackhole,
  cloudPathBlocked,
  ipForwardOff,
  hubIpForwardOff,
];
