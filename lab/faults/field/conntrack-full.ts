import { type Fault, shell } from '../../fault.ts';
import { drop } from '../drop.ts';

/** The table is the machine's own; what a host reads of it is put over the file. */
const atItsLimit = (file: string, value: number) =>
  shell(
    'gpu-1',
    `[ -e ${file} ] || exit 0
     mkdir -p /run/shims && echo ${value} >"/run/shims/$(basename ${file})" && mount --bind "/run/shims/$(basename ${file})" ${file}`,
  );

/** Seen in the field: kubernetes/kubernetes#18604, adobe-platform/porter#124, canonical/hotsos#101. */
export const conntrackFull: Fault = {
  name: 'conntrack-full',
  story: 'The table of connections is at its limit: two of five new ones are dropped, those that are there go on.',
  label: { class: 'overlay-blocked', cause: 'lossy-path', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'ConntrackFull',
  needs: 'namespaces',
  inject: [
    atItsLimit('/proc/sys/net/netfilter/nf_conntrack_count', 262144),
    atItsLimit('/proc/sys/net/netfilter/nf_conntrack_max', 262144),
    drop('gpu-1', 'prerouting', 'ct state new numgen random mod 5 < 2'),
    drop('gpu-1', 'output', 'ct state new numgen random mod 5 < 2'),
  ],
};
