import type { Fault } from '../../fault.ts';
import { flannelMtuKept } from './flannel-mtu-kept.ts';
import { hubMtuForgotten } from './hub-mtu-forgotten.ts';
import { hubMtuJumbo } from './hub-mtu-jumbo.ts';
import { ipv6Mtu1420 } from './ipv6-mtu-1420.ts';
import { ipv6Mtu1440 } from './ipv6-mtu-1440.ts';
import { pathMtu1296 } from './path-mtu-1296.ts';
import { pathMtu1368 } from './path-mtu-1368.ts';
import { pathMtu1400 } from './path-mtu-1400.ts';
import { pathMtu1400FragmentsDropped } from './path-mtu-1400-fragments-dropped.ts';
import { pathMtu1400FragmentsPass } from './path-mtu-1400-fragments-pass.ts';
import { pathMtu1400FromNode } from './path-mtu-1400-from-node.ts';
import { pathMtu1400IcmpPasses } from './path-mtu-1400-icmp-passes.ts';
import { pathMtu1400ToNode } from './path-mtu-1400-to-node.ts';
import { podsAt1500NoClamp } from './pods-at-1500-no-clamp.ts';
import { podsLeftAtOldMtu } from './pods-left-at-old-mtu.ts';
import { pppoeMtu1440 } from './pppoe-mtu-1440.ts';
import { spokeMtu1500 } from './spoke-mtu-1500.ts';
import { spokeMtuJumbo } from './spoke-mtu-jumbo.ts';

/** Full-size packets that vanish, and cases that only look like it. */
export const mtuFaults: readonly Fault[] = [
  pathMtu1400,
  pathMtu1400ToNode,
  pathMtu1400FromNode,
  pathMtu1296,
  pathMtu1368,
  pathMtu1400FragmentsDropped,
  spokeMtu1500,
  spokeMtuJumbo,
  hubMtuJumbo,
  pppoeMtu1440,
  pathMtu1400IcmpPasses,
  pathMtu1400FragmentsPass,
  podsLeftAtOldMtu,
  flannelMtuKept,
  hubMtuForgotten,
  podsAt1500NoClamp,
  ipv6Mtu1440,
  ipv6Mtu1420,
];
