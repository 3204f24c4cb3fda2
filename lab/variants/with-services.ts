import { shell } from '../fault.ts';
import { plainFleet } from '../namespaces/lab-fleet.ts';
import type { LabVariant } from './lab-variant.ts';
import { API, flannelByIptables, kubeProxyByIptables, writeTables } from './service-chains.ts';

/** openssl answers TLS, which is all that a look at the API's port needs. */
const api = shell(
  'hub-1',
  `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj /CN=lab-api \\
     -keyout /run/api.key -out /run/api.crt 2>/dev/null || exit
   setsid openssl s_server -accept ${API} -quiet -key /run/api.key -cert /run/api.crt >/dev/null 2>&1 </dev/null &`,
);

export const withServices: LabVariant = {
  name: 'with-services',
  story: 'Every node has the chains of kube-proxy and flannel, and the API answers at its ClusterIP, 10.43.0.1.',
  fleet: {
    ...plainFleet,
    afterwards: [api, ...plainFleet.hosts.map(({ name }) => writeTables(name, kubeProxyByIptables, flannelByIptables))],
  },
};
