import { type Fault, on } from '../../fault.ts';
import { dropFragments } from './drop-fragments.ts';

export const hubMtuJumbo: Fault = {
  name: 'hub-mtu-jumbo',
  story:
    'wg-quick sized wg0 of the hub from its jumbo VPC card, 8921: TCP works, but large datagrams to the spokes are fragmented and lost.',
  label: { class: 'mtu-black-hole', cause: 'device-mtu-too-large', hostAtFault: 'hub-1' },
  alertingNode: 'gpu-1',
  alert: 'OverlayLargePacketsLost',
  inject: [on('hub-1', 'ip link set wg0 mtu 8921'), ...dropFragments()],
  needs: 'namespaces',
};
