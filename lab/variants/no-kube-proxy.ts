import { plainFleet } from '../namespaces/lab-fleet.ts';
import type { LabVariant } from './lab-variant.ts';
import { flannelByIptables, oldFlannelByIptables, writeTables } from './service-chains.ts';

export const noKubeProxy: LabVariant = {
  name: 'no-kube-proxy',
  story: 'k3s with --disable-kube-proxy: there are only flannel’s chains, and on gpu-1 the rules of an older flannel.',
  fleet: {
    ...plainFleet,
    afterwards: plainFleet.hosts.map(({ name }) =>
      writeTables(name, name === 'gpu-1' ? oldFlannelByIptables : flannelByIptables),
    ),
  },
};
