import { type Fault, on } from '../../fault.ts';

/** Seen in the field: flannel-io/flannel#1060, #883. */
export const foreignAddressesQuiet: Fault = {
  name: 'foreign-addresses-quiet',
  story:
    'A DHCP client and a link-local daemon adopted flannel.1 and gave it addresses; flanneld runs on, and nothing is lost yet.',
  label: { class: 'healthy', cause: 'all-paths-pass', hostAtFault: null },
  alertingNode: 'gpu-1',
  alert: 'FlannelAddressCount',
  needs: 'namespaces',
  inject: [
    on('gpu-1', 'ip addr add 169.254.7.1/32 dev flannel.1'),
    on('gpu-1', 'ip addr add 192.168.77.7/32 dev flannel.1'),
  ],
};
