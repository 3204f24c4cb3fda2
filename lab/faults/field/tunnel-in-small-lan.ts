import { type Fault, on } from '../../fault.ts';
import { dropFragments } from '../mtu/drop-fragments.ts';

/** Seen in the field: hcloud-k8s/terraform-hcloud-kubernetes#450, mysticaltech/terraform-hcloud-kube-hetzner#2286, k3s-io/k3s#5101. */
export const tunnelInSmallLan: Fault = {
  name: 'tunnel-in-small-lan',
  story:
    'wg0 was sized for the provider’s private network of 1500 bytes, where 1450 fit: certificates and images hang.',
  label: { class: 'mtu-black-hole', cause: 'path-mtu-lowered', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'ImagePullStalled',
  needs: 'namespaces',
  inject: [
    on('nat1', 'nft add table inet small'),
    on('nat1', 'nft add chain inet small forward { type filter hook forward priority 10; }'),
    on('nat1', 'nft add rule inet small forward ip length > 1450 drop'),
    ...dropFragments(),
  ],
};
