import type { Fault } from '../fault.ts';
import { fdbFlushed } from './fdb-flushed.ts';
import { fdbOnePeerMissing } from './fdb-one-peer-missing.ts';
import { fdbWrongDestination } from './fdb-wrong-destination.ts';
import { linkBounced } from './link-bounced.ts';
import { neighbourWrongMac } from './neighbour-wrong-mac.ts';
import { peerFdbStale } from './peer-fdb-stale.ts';
import { podRoutesMissing } from './pod-routes-missing.ts';

/** Every fault that the lab knows. The first of a class is what a drill of that class injects. */
export const faultCatalogue: readonly Fault[] = [
  fdbFlushed,
  fdbOnePeerMissing,
  fdbWrongDestination,
  neighbourWrongMac,
  linkBounced,
  peerFdbStale,
  podRoutesMissing,
];

export function findFault(name: string): Fault | undefined {
  return faultCatalogue.find((fault) => fault.name === name);
}

/** The fault of a drill: named itself, or by its class. */
export function faultForDrill(nameOrClass: string): Fault | undefined {
  return findFault(nameOrClass) ?? faultCatalogue.find((fault) => fault.label.class === nameOrClass);
}
