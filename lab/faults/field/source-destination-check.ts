import type { Fault } from '../../fault.ts';
import { drop } from '../drop.ts';

/** Seen in the field: cloudnativelabs/kube-router#35, jmhale/terraform-aws-wireguard#21, projectcalico/calico#3652. */
export const sourceDestinationCheck: Fault = {
  name: 'source-destination-check',
  story:
    "The hub's instance was replaced and EC2's source/destination check is on again: what it forwards is dropped by the VPC.",
  label: { class: 'missing-route', cause: 'cloud-path-blocked', hostAtFault: null },
  alertingNode: 'cloud-1',
  alert: 'PodUnreachable',
  needs: 'namespaces',
  inject: [
    drop('vpc', 'forward', 'iifname "hub" ip saddr != 10.0.1.10'),
    drop('vpc', 'forward', 'oifname "hub" ip daddr != 10.0.1.10'),
  ],
};
