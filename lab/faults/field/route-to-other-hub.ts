import { type Fault, on } from '../../fault.ts';

/** Seen in the field: netbirdio/docs#893, netbirdio/netbird#2150, aws/eks-hybrid-nodes-gateway#23. */
export const routeToOtherHub: Fault = {
  name: 'route-to-other-hub',
  story: "The VPC's route for the first tunnel network was switched to the second hub, where none of its nodes is.",
  label: { class: 'missing-route', cause: 'cloud-route-missing', hostAtFault: null },
  alertingNode: 'gpu-1',
  alert: 'PodUnreachable',
  needs: 'namespaces',
  inject: [on('vpc', 'ip route replace 10.200.0.0/24 via 10.0.3.10')],
  variant: 'two-hubs',
};
