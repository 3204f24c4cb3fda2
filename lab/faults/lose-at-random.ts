import type { FaultStep } from '../fault.ts';
import { drop } from './drop.ts';

/** Makes a router lose a share of the packets that match. netem is not in every kernel, nftables' random numbers are. */
export function loseAtRandom(place: string, match: string, percent: number): FaultStep {
  return drop(place, 'forward', `${match} numgen random mod 100 < ${percent}`);
}
