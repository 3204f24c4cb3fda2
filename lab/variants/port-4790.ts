import { plainFleet } from '../namespaces/lab-fleet.ts';
import type { LabVariant } from './lab-variant.ts';

export const port4790: LabVariant = {
  name: 'port-4790',
  story:
    'VXLAN with network 4096 on port 4790, the usual way round NSX and Windows defaults: the device is flannel.4096.',
  fleet: { ...plainFleet, vxlan: { ...plainFleet.vxlan, device: 'flannel.4096', vni: 4096, port: 4790 } },
  settings: { VXLAN_DEVICE: 'flannel.4096' },
};
