import { type FaultStep, shell } from '../../fault.ts';
import { drop } from '../drop.ts';

/** The site's router forgets the tunnel's mapping and, as most do, says nothing to packets that find none. */
export const loseMapping: readonly FaultStep[] = [
  drop('nat1', 'input', 'iifname "wan" udp sport 51820'),
  shell('nat1', 'conntrack -D -p udp --dport 51820 >/dev/null 2>&1'),
];
