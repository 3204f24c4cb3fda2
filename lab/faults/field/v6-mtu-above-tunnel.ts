import { type Fault, on } from '../../fault.ts';

/** Seen in the field: flannel-io/flannel#1781, which takes 50 bytes off where VXLAN over IPv6 needs 70. */
export const v6MtuAboveTunnel: Fault = {
  name: 'v6-mtu-above-tunnel',
  story: 'flannel-v6.1 is 20 bytes larger than what wg0 leaves it: the kernel tells senders, and all arrives.',
  label: { class: 'healthy', cause: 'all-paths-pass', hostAtFault: null },
  alertingNode: 'gpu-1',
  alert: 'MtuMismatch',
  needs: 'namespaces',
  variant: 'dual-stack',
  inject: [
    on('gpu-1', 'ip link set wg0 mtu 1440'),
    on('gpu-1', 'ip link set flannel-v6.1 mtu 1370'),
    on('gpu-1', 'ip link set wg0 mtu 1420'),
  ],
};
