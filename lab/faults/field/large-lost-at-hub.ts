import type { Fault } from '../../fault.ts';
import { drop } from '../drop.ts';

export const largeLostAtHub: Fault = {
  name: 'large-lost-at-hub',
  story: "The hub's own line drops what is longer than 1400 bytes, in both directions: every spoke hangs.",
  label: { class: 'mtu-black-hole', cause: 'path-mtu-lowered', hostAtFault: 'hub-1' },
  alertingNode: 'gpu-1',
  alert: 'CheckpointStalled',
  needs: 'namespaces',
  inject: [
    drop('vpc', 'forward', 'oifname "hub" ip length > 1400'),
    drop('vpc', 'forward', 'iifname "hub" ip length > 1400'),
  ],
};
