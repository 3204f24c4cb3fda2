import { type Fault, on } from '../../fault.ts';

export const cloudRouteBlackhole: Fault = {
  name: 'cloud-route-blackhole',
  story:
    'The hub was rebuilt as a new instance, and the VPC’s route still leads to the old one: a black hole, seen from a cloud node.',
  label: { class: 'missing-route', cause: 'cloud-route-missing', hostAtFault: null },
  alertingNode: 'cloud-1',
  alert: 'OverlayPathDown',
  needs: 'namespaces',
  inject: [on('vpc', 'ip route replace blackhole 10.200.0.0/24')],
};
