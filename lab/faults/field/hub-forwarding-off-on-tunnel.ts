import { type Fault, on } from '../../fault.ts';

/** Seen in the field: systemd/systemd#468. */
export const hubForwardingOffOnTunnel: Fault = {
  name: 'hub-forwarding-off-on-tunnel',
  story: "A hardening profile switched forwarding off for the hub's wg0 alone: no spoke gets further than the hub.",
  label: { class: 'missing-route', cause: 'forwarding-off-on-device', hostAtFault: 'hub-1' },
  alertingNode: 'gpu-1',
  alert: 'NodeUnreachable',
  needs: 'namespaces',
  inject: [on('hub-1', 'sysctl -q -w net.ipv4.conf.wg0.forwarding=0')],
};
