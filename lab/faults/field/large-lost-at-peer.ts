import { type Fault, on } from '../../fault.ts';
import { dropFragNeeded } from '../mtu/drop-frag-needed.ts';

const lowered = [on('inet', 'ip link set nat2 mtu 1400'), on('nat2', 'ip link set wan mtu 1400')];

export const largeLostAtPeer: Fault = {
  name: 'large-lost-at-peer',
  story: "The other node's line takes 1400 bytes and filters ICMP; the alert names a node whose own line is well.",
  label: { class: 'mtu-black-hole', cause: 'path-mtu-lowered', hostAtFault: 'gpu-2' },
  alertingNode: 'gpu-1',
  alert: 'CheckpointStalled',
  needs: 'namespaces',
  inject: [...lowered, ...dropFragNeeded('inet', 'nat2')],
};
