import type { Fault } from '../../fault.ts';
import { drop } from '../drop.ts';

export const largeLostInVpc: Fault = {
  name: 'large-lost-in-vpc',
  story:
    'A security appliance of the VPC drops what is longer than 1400 bytes before the cloud node: the alert names a spoke.',
  label: { class: 'mtu-black-hole', cause: 'path-mtu-lowered', hostAtFault: 'cloud-1' },
  alertingNode: 'gpu-1',
  alert: 'CheckpointStalled',
  needs: 'namespaces',
  inject: [
    drop('vpc', 'forward', 'oifname "cloud" ip length > 1400'),
    drop('vpc', 'forward', 'iifname "cloud" ip length > 1400'),
  ],
};
