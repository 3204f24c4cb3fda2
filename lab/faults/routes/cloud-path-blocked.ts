import type { Fault } from '../../fault.ts';
import { drop } from '../drop.ts';

export const cloudPathBlocked: Fault = {
  name: 'cloud-path-blocked',
  story:
    'The hub was rebuilt with its source/destination check on: the route is right, and EC2 drops what is not addressed to the hub itself.',
  label: { class: 'missing-route', cause: 'cloud-path-blocked', hostAtFault: null },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  inject: [drop('vpc', 'forward', 'ip daddr 10.200.0.0/24')],
  needs: 'namespaces',
};
