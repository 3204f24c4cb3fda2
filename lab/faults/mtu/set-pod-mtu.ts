import { type FaultStep, on } from '../../fault.ts';

/** Sets the pod of gpu-1 and the bridge it hangs on. */
export function setPodMtu(mtuBytes: number): readonly FaultStep[] {
  return [
    on('gpu-1', `ip link set pod mtu ${mtuBytes}`),
    on('gpu-1', `ip link set cni0 mtu ${mtuBytes}`),
    on('pod-gpu-1', `ip link set eth0 mtu ${mtuBytes}`),
  ];
}
