import { type Fault, on } from '../../fault.ts';

export const vxlanOfAnotherNetwork: Fault = {
  name: 'vxlan-of-another-network',
  story: 'A second overlay on the node brought a VXLAN device of its own, with other VNI and port, and no peers.',
  label: { class: 'healthy', cause: 'all-paths-pass', hostAtFault: null },
  alertingNode: 'gpu-1',
  alert: 'VXLANInterfaceCount',
  needs: 'namespaces',
  inject: [
    on('gpu-1', 'ip link add vxlan.calico type vxlan id 4096 dstport 4789 local 192.168.1.10 dev eth0 nolearning'),
    on('gpu-1', 'ip link set vxlan.calico up'),
  ],
};
