import type { Fault } from '../../fault.ts';
import { aggregateRoute } from './aggregate-route.ts';
import { alertClearedItself } from './alert-cleared-itself.ts';
import { deletedPeerLeftovers } from './deleted-peer-leftovers.ts';
import { keepaliveOff } from './keepalive-off.ts';
import { neighboursReachable } from './neighbours-reachable.ts';
import { neighboursStale } from './neighbours-stale.ts';
import { overlayMtuAboveTunnel } from './overlay-mtu-above-tunnel.ts';
import { slowUplink } from './slow-uplink.ts';
import { strictReversePath } from './strict-reverse-path.ts';
import { vxlanOfAnotherNetwork } from './vxlan-of-another-network.ts';

/** Nothing that needs a repair: whatever the alert says, the verdict must be “healthy”. */
export const noiseFaults: readonly Fault[] = [
  alertClearedItself,
  neighboursStale,
  neighboursReachable,
  overlayMtuAboveTunnel,
  strictReversePath,
  slowUplink,
  deletedPeerLeftovers,
  aggregateRoute,
  keepaliveOff,
  vxlanOfAnotherNetwork,
];
