import type { Fault } from '../../fault.ts';
import { nativeAllowedIpsMissing } from './native-allowed-ips-missing.ts';
import { nativeDaemonHung } from './native-daemon-hung.ts';
import { nativeDeviceDown } from './native-device-down.ts';
import { nativeDeviceMissing } from './native-device-missing.ts';
import { nativeHubDeviceDown } from './native-hub-device-down.ts';
import { nativeHubDeviceMissing } from './native-hub-device-missing.ts';
import { nativeMtuAboveTunnel } from './native-mtu-above-tunnel.ts';
import { nativeMtuFragmentsDropped } from './native-mtu-fragments-dropped.ts';
import { nativeOwnKeyUnannounced } from './native-own-key-unannounced.ts';
import { nativePeerKeyStale } from './native-peer-key-stale.ts';
import { nativePeerMissing } from './native-peer-missing.ts';
import { nativePortFiltered } from './native-port-filtered.ts';
import { nativeRouteEscaped } from './native-route-escaped.ts';
import { nativeRouteMissing } from './native-route-missing.ts';
import { nativeTunnelDown } from './native-tunnel-down.ts';
import { nativeUntouched } from './native-untouched.ts';

/** flannel's own WireGuard: device, keys, peers, the one route, and what lies below. */
export const nativeFaults: readonly Fault[] = [
  nativeDeviceMissing,
  nativeDeviceDown,
  nativeHubDeviceDown,
  nativeDaemonHung,
  nativePeerMissing,
  nativePeerKeyStale,
  nativeOwnKeyUnannounced,
  nativeAllowedIpsMissing,
  nativeRouteMissing,
  nativeRouteEscaped,
  nativePortFiltered,
  nativeMtuAboveTunnel,
  nativeMtuFragmentsDropped,
  nativeTunnelDown,
  nativeHubDeviceMissing,
  nativeUntouched,
];
