import type { Fault } from '../../fault.ts';
import { fdbFlushed } from './fdb-flushed.ts';
import { fdbOnePeerMissing } from './fdb-one-peer-missing.ts';
import { fdbWrongDestination } from './fdb-wrong-destination.ts';
import { linkBounced } from './link-bounced.ts';
import { neighbourWrongMac } from './neighbour-wrong-mac.ts';
import { peerFdbStale } from './peer-fdb-stale.ts';

/** flannel.1 and what flanneld programs on it. */
export const vxlanFaults: readonly Fault[] = [
  fdbFlushed,
  fdbOnePeerMissing,
  fdbWrongDestination,
  neighbourWrongMac,
  linkBounced,
  peerFdbStale,
];
