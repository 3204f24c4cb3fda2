import type { FaultStep } from '../fault.ts';
import { drop, type Hook } from './drop.ts';

/** Makes a place lose a share of the packets that match. netem is not in every kernel, nftables' random numbers are. */
export function loseAtRandom(place: string, match: string, percent: number, hook: Hook = 'forward'): FaultStep {
  return drop(place, hook, `${match} numgen random mod 100 < ${percent}`);
}
