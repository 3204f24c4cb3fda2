import { type FaultStep, shell } from '../../fault.ts';

/** Moves the tunnel of gpu-1 to the hub's IPv6 address; a keepalive switched on anew tells the hub at once. */
export const moveTunnelToIpv6: FaultStep = shell(
  'gpu-1',
  `hub=$(wg show wg0 peers) && wg set wg0 peer "$hub" endpoint '[2001:db8:0:1::10]:51820' persistent-keepalive 0 &&
   wg set wg0 peer "$hub" persistent-keepalive 25`,
);
