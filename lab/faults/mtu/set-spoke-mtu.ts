import { type FaultStep, on } from '../../fault.ts';
import { setPodMtu } from './set-pod-mtu.ts';

/** Sets the tunnel, the overlay and the pods of gpu-1 as flannel would size them from wg0: 50 bytes for VXLAN. */
export function setSpokeMtu(wireguardMtuBytes: number): readonly FaultStep[] {
  const overlayMtuBytes = wireguardMtuBytes - 50;
  return [
    on('gpu-1', `ip link set wg0 mtu ${wireguardMtuBytes}`),
    on('gpu-1', `ip link set flannel.1 mtu ${overlayMtuBytes}`),
    ...setPodMtu(overlayMtuBytes),
  ];
}
