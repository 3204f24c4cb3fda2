import { type Fault, on } from '../../fault.ts';

/** Seen in the field: systemd/systemd#25451, k3s-io/k3s#2979. */
export const tunnelAddressLost: Fault = {
  name: 'tunnel-address-lost',
  story:
    "A reload of the network took wg0's own address away: the tunnel has a peer and a key, but no address and no network.",
  label: { class: 'tunnel-down', cause: 'tunnel-address-missing', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'NodeUnreachable',
  needs: 'namespaces',
  inject: [on('gpu-1', 'ip addr flush dev wg0')],
};
