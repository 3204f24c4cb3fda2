import { on } from '../fault.ts';
import { plainFleet } from '../namespaces/lab-fleet.ts';
import type { LabVariant } from './lab-variant.ts';
import { flannelByIptables, kubeProxyByIptables, writeTables } from './service-chains.ts';

/** The routers there know the way back to its pods. */
const routed = 'gpu-1';

export const noMasquerade: LabVariant = {
  name: 'no-masquerade',
  story:
    'flannel of gpu-1 runs with --ip-masq=false, because its site routes the pods’ addresses; the others masquerade.',
  fleet: {
    ...plainFleet,
    afterwards: [
      ...plainFleet.hosts.map(({ name }) =>
        name === routed
          ? writeTables(name, kubeProxyByIptables)
          : writeTables(name, kubeProxyByIptables, flannelByIptables),
      ),
      on(routed, 'sed -i s/^FLANNEL_IPMASQ=.*/FLANNEL_IPMASQ=false/ /run/flannel/subnet.env'),
    ],
  },
};
