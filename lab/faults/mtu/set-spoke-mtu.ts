import { type FaultStep, on } from '../../fault.ts';

/** Sets the tunnel, the overlay and the pods of gpu-1 as flannel would size them from wg0: 50 bytes for VXLAN. */
export function setSpokeMtu(wireguardMtuBytes: number): readonly FaultStep[] {
  const overlayMtuBytes = wireguardMtuBytes - 50;
  return [
    on('gpu-1', `ip link set wg0 mtu ${wireguardMtuBytes}`),
    on('gpu-1', `ip link set flannel.1 mtu ${overlayMtuBytes}`),
    ...setPodMtu(overlayMtuBytes),
  ];
}

/** Sets the pod of gpu-1 and the bridge it hangs on. */
export function setPodMtu(mtuBytes: number): readonly FaultStep[] {
  return [
    on('gpu-1', `ip link set pod mtu ${mtuBytes}`),
    on('gpu-1', `ip link set cni0 mtu ${mtuBytes}`),
    on('pod-gpu-1', `ip link set eth0 mtu ${mtuBytes}`),
  ];
}
