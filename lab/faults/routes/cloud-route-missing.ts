import { type Fault, on } from '../../fault.ts';

export const cloudRouteMissing: Fault = {
  name: 'cloud-route-missing',
  story:
    'The VPC’s route table was replaced and the tunnel’s CIDR forgotten: cloud nodes and GPU nodes lose each other.',
  label: { class: 'missing-route', cause: 'cloud-route-missing', hostAtFault: null },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  needs: 'namespaces',
  inject: [on('vpc', 'ip route del 10.200.0.0/24')],
};
