import { type FaultStep, on } from '../../fault.ts';
import { setPodMtu } from '../mtu/set-pod-mtu.ts';

/** Sets flannel-wg and the pods of gpu-1. */
export function setNativeMtu(mtuBytes: number): readonly FaultStep[] {
  return [on('gpu-1', `ip link set flannel-wg mtu ${mtuBytes}`), ...setPodMtu(mtuBytes)];
}
