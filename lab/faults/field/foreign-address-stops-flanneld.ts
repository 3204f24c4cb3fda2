import { type Fault, on } from '../../fault.ts';

/** Seen in the field: flannel-io/flannel#1060, #883, #1401. */
export const foreignAddressStopsFlanneld: Fault = {
  name: 'foreign-address-stops-flanneld',
  story:
    'A DHCP client gave flannel.1 a second address; flanneld was restarted, calls it incompatible and ends, again and again.',
  label: { class: 'node-agent', cause: 'address-foreign', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'FlannelDown',
  needs: 'namespaces',
  inject: [
    on('gpu-1', 'ip addr add 192.168.77.7/32 dev flannel.1'),
    on('gpu-1', 'rm /run/flannel/subnet.env'),
    on('gpu-1', 'pkill -KILL -x flanneld'),
  ],
  settleSeconds: 3,
};
