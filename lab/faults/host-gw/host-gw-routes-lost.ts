import { type Fault, on } from '../../fault.ts';
import { killFlanneld } from '../node/kill-flanneld.ts';

export const hostGwRoutesLost: Fault = {
  name: 'host-gw-routes-lost',
  story:
    'flanneld had been killed for want of memory when somebody set wg0 down and up: every pod route went with it, and nobody puts them back.',
  label: { class: 'missing-route', cause: 'peer-pod-route-missing', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  inject: [...killFlanneld('gpu-1'), on('gpu-1', 'ip link set wg0 down'), on('gpu-1', 'ip link set wg0 up')],
  needs: 'namespaces',
  backend: 'host-gw',
};
