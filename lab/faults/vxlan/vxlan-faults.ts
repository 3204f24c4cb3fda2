import type { Fault } from '../../fault.ts';
import { fdbFlushed } from './fdb-flushed.ts';
import { fdbOnePeerMissing } from './fdb-one-peer-missing.ts';
import { fdbWrongDestination } from './fdb-wrong-destination.ts';
import { fdbWrongMacHoldsPeer } from './fdb-wrong-mac-holds-peer.ts';
import { hubFdbMissing } from './hub-fdb-missing.ts';
import { hubNeighbourStale } from './hub-neighbour-stale.ts';
import { hubVxlanMissing } from './hub-vxlan-missing.ts';
import { hubVxlanRecreatedEmpty } from './hub-vxlan-recreated-empty.ts';
import { linkBounced } from './link-bounced.ts';
import { neighbourFailed } from './neighbour-failed.ts';
import { neighbourMissing } from './neighbour-missing.ts';
import { neighbourWrongMac } from './neighbour-wrong-mac.ts';
import { neighboursFlushed } from './neighbours-flushed.ts';
import { peerFdbStale } from './peer-fdb-stale.ts';
import { peerSpokeFdbStale } from './peer-spoke-fdb-stale.ts';
import { peerSpokeNeighbourStale } from './peer-spoke-neighbour-stale.ts';
import { routeEscaped } from './route-escaped.ts';
import { routeEscapedAggregate } from './route-escaped-aggregate.ts';
import { routeEscapedOnePod } from './route-escaped-one-pod.ts';
import { routeEscapedOneSided } from './route-escaped-one-sided.ts';
import { vxlanDown } from './vxlan-down.ts';
import { vxlanMissing } from './vxlan-missing.ts';
import { vxlanRecreatedEmpty } from './vxlan-recreated-empty.ts';
import { vxlanWrongLocal } from './vxlan-wrong-local.ts';
import { vxlanWrongMac } from './vxlan-wrong-mac.ts';
import { vxlanWrongPort } from './vxlan-wrong-port.ts';
import { vxlanWrongVni } from './vxlan-wrong-vni.ts';

/** flannel.1 and what flanneld programs on it, on the node or on its peers. */
export const vxlanFaults: readonly Fault[] = [
  fdbFlushed,
  fdbOnePeerMissing,
  fdbWrongDestination,
  neighbourWrongMac,
  linkBounced,
  peerFdbStale,
  vxlanMissing,
  hubVxlanMissing,
  vxlanDown,
  vxlanRecreatedEmpty,
  hubVxlanRecreatedEmpty,
  vxlanWrongVni,
  vxlanWrongPort,
  vxlanWrongLocal,
  vxlanWrongMac,
  fdbWrongMacHoldsPeer,
  hubFdbMissing,
  peerSpokeFdbStale,
  neighbourMissing,
  neighboursFlushed,
  neighbourFailed,
  hubNeighbourStale,
  peerSpokeNeighbourStale,
  routeEscaped,
  routeEscapedOnePod,
  routeEscapedAggregate,
  routeEscapedOneSided,
];
