import { type Fault, shell } from '../../fault.ts';
import { dropFragments } from '../mtu/drop-fragments.ts';
import { lowerSitePath } from '../mtu/lower-site-path.ts';

/** What is learned meanwhile looks two minutes old afterwards. */
const rememberFor = (seconds: number) =>
  ['gpu-1', 'hub-1'].map((host) => shell(host, `echo ${seconds} >/proc/sys/net/ipv4/route/mtu_expires`));

/** Seen in the field: ovn-kubernetes/ovn-kubernetes#5153, #3429; ipspace/netlab#3692. */
export const cachedPathMtu: Fault = {
  name: 'cached-path-mtu',
  story:
    "The site's line was at 1280 bytes until two minutes ago; it is well again, and the kernels cut packets to the small size for ten minutes; the provider drops the pieces.",
  label: { class: 'mtu-black-hole', cause: 'cached-mtu', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'CheckpointStalled',
  needs: 'namespaces',
  inject: [
    ...rememberFor(480),
    ...lowerSitePath(1280),
    shell(
      'gpu-1',
      'ping -n -c 1 -W 1 -M do -s 1400 198.51.100.10; ping -n -c 2 -i 0.2 -W 1 -M do -s 1350 10.200.0.1; true',
    ),
    ...lowerSitePath(1500),
    ...rememberFor(600),
    ...dropFragments(),
  ],
};
