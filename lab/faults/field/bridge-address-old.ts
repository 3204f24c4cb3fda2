import { type Fault, on } from '../../fault.ts';

/** Seen in the field: duoke360.com/post/29887, containernetworking/cni#273. */
export const bridgeAddressOld: Fault = {
  name: 'bridge-address-old',
  story:
    'The node was registered anew with another pod network, and cni0 kept the address of the old one: no pod can be reached.',
  label: { class: 'node-agent', cause: 'address-foreign', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'KubePodNotReady',
  needs: 'namespaces',
  inject: [on('gpu-1', 'ip addr add 10.42.9.1/24 dev cni0'), on('gpu-1', 'ip addr del 10.42.11.1/24 dev cni0')],
};
