import { plainFleet } from '../namespaces/lab-fleet.ts';
import type { LabHost } from '../namespaces/lab-host.ts';
import type { LabVariant } from './lab-variant.ts';

const decorated = (host: LabHost): LabHost => ({
  ...host,
  node: {
    labels: {
      'nvidia.com/gpu.product': 'NVIDIA-H100-80GB-HBM3',
      'feature.node.kubernetes.io/cpu-model.vendor_id': 'Intel',
      'topology.kubernetes.io/zone': host.site,
      'example.com/rack': 'a'.repeat(63),
    },
    annotations: {
      'example.com/inventory': JSON.stringify({ serial: host.instanceId, notes: 'x'.repeat(2_000) }),
      'node.alpha.kubernetes.io/ttl': '0',
    },
    taints: [
      { key: 'nvidia.com/gpu', value: 'present', effect: 'NoSchedule' },
      { key: 'example.com/reserved', value: 'team-a', effect: 'PreferNoSchedule' },
    ],
    addresses: [
      { type: 'InternalIP', address: `172.31.${host.podNumber}.10` },
      { type: 'InternalIP', address: `fd00:10::${host.podNumber}` },
      { type: 'ExternalIP', address: `198.18.0.${host.podNumber}` },
    ],
  },
});

export const busyNodeObjects: LabVariant = {
  name: 'busy-node-objects',
  story: 'Node objects carry what other tools put there: taints, long labels, several InternalIPs, an ExternalIP.',
  fleet: { ...plainFleet, hosts: plainFleet.hosts.map(decorated) },
};
