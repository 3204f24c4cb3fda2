import { type Fault, on } from '../../fault.ts';

export const cloudPodRouteMissing: Fault = {
  name: 'cloud-pod-route-missing',
  story:
    'systemd-networkd on the cloud node removed a foreign route (systemd issue 29716): only its own pods miss this node’s.',
  label: { class: 'missing-route', cause: 'peer-pod-route-missing', hostAtFault: 'cloud-1' },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  inject: [on('cloud-1', 'ip route del 10.42.11.0/24 dev flannel.1')],
};
