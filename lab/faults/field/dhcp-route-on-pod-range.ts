import { type Fault, on } from '../../fault.ts';

/** Seen in the field: k3s-io/k3s#3451. */
export const dhcpRouteOnPodRange: Fault = {
  name: 'dhcp-route-on-pod-range',
  story: "The DHCP server of the site hands out a static route for a network that covers the hub's pods.",
  label: { class: 'missing-route', cause: 'pod-cidr-overlap', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'PodUnreachable',
  needs: 'namespaces',
  inject: [on('gpu-1', 'ip route add 10.42.0.0/25 via 192.168.1.1 dev eth0 proto dhcp src 192.168.1.10 metric 100')],
};
