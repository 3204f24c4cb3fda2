import { type FaultStep, shell } from '../../fault.ts';

/**
 * Takes the keepalive from gpu-1, whose kubelet reaches the API server by another way: nothing holds the NAT open.
 * WireGuard answers data that it received with an empty packet 10 s later, which would renew the mapping: a keepalive
 * sent now, by switching it on anew, settles that debt.
 */
export const staySilent: FaultStep = shell(
  'gpu-1',
  `hub=$(wg show wg0 peers) && wg set wg0 peer "$hub" persistent-keepalive 0 &&
   wg set wg0 peer "$hub" persistent-keepalive 25 && sleep 0.5 && wg set wg0 peer "$hub" persistent-keepalive 0`,
);
