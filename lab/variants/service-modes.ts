import { on } from '../fault.ts';
import { plainFleet } from '../namespaces/lab-fleet.ts';
import type { LabVariant } from './lab-variant.ts';
import {
  ciliumServices,
  flannelByIptables,
  flannelByNftables,
  kubeProxyByIptables,
  kubeProxyByNftables,
  writeTables,
} from './service-chains.ts';

export const serviceModes: LabVariant = {
  name: 'service-modes',
  story:
    'kube-proxy is being moved to nftables and to Cilium: gpu-1 has the one, cloud-1 the other, the rest iptables as before.',
  fleet: {
    ...plainFleet,
    afterwards: [
      writeTables('hub-1', kubeProxyByIptables, flannelByIptables),
      writeTables('gpu-2', kubeProxyByIptables, flannelByIptables),
      writeTables('gpu-1', kubeProxyByNftables, flannelByNftables),
      on('gpu-1', 'sysctl -q -w net.bridge.bridge-nf-call-iptables=0'),
      writeTables('cloud-1', ciliumServices, flannelByIptables),
      on('cloud-1', 'sysctl -q -w net.bridge.bridge-nf-call-iptables=0'),
    ],
  },
};
