import { type FaultStep, shell } from '../../fault.ts';

/** Takes the keepalive from gpu-1, whose kubelet reaches the API server by another way: nothing holds the NAT open. */
export const forbidKeepalive: FaultStep = shell(
  'gpu-1',
  'wg set wg0 peer "$(wg show wg0 peers)" persistent-keepalive off',
);
