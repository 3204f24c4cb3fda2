import { type FaultStep, on } from '../../fault.ts';

/** Makes the uplink of gpu-1's site narrower, at both of its ends. */
export function lowerSitePath(mtuBytes: number): readonly FaultStep[] {
  return [on('inet', `ip link set nat1 mtu ${mtuBytes}`), on('nat1', `ip link set wan mtu ${mtuBytes}`)];
}
