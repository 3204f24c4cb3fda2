import type { Fault } from '../../fault.ts';
import { drop } from '../drop.ts';

/** Seen in the field: k3s-io/k3s#6177, #6180; flannel-io/flannel#712. */
export const publicAddressNotMapped: Fault = {
  name: 'public-address-not-mapped',
  story:
    'The elastic address that the cloud node announces was given to another machine: what its peers send goes nowhere.',
  label: { class: 'node-objects-conflict', cause: 'wrong-interface-announced', hostAtFault: 'cloud-1' },
  alertingNode: 'cloud-1',
  alert: 'OverlayPathDown',
  needs: 'namespaces',
  inject: [drop('vpc', 'forward', 'ct original ip daddr 198.51.100.20')],
  variant: 'announced-not-local',
};
