import { changedHosts, plainFleet } from '../namespaces/lab-fleet.ts';
import type { LabHost } from '../namespaces/lab-host.ts';
import type { LabVariant } from './lab-variant.ts';

const running = (version: string) => (host: LabHost) => ({
  ...host,
  node: { images: [`ghcr.io/flannel-io/flannel:${version}`, 'registry.k8s.io/pause:3.10'] },
});

export const mixedFlannel: LabVariant = {
  name: 'mixed-flannel',
  story: 'An upgrade is under way: three versions of flannel run in one fleet, an old one on a spoke.',
  fleet: {
    ...plainFleet,
    hosts: changedHosts({
      'hub-1': running('v0.27.4'),
      'cloud-1': running('v0.27.4'),
      'gpu-1': running('v0.22.0'),
      'gpu-2': running('v0.25.6'),
    }),
  },
};
