import { type Fault, shell } from '../../fault.ts';

/** A host port that leads to a pod. The rule of a pod that is gone is replaced; flows that it translated stay. */
const hostPortTo = (pod: string) => `nft -f - <<'END'
table ip hostport
delete table ip hostport
table ip hostport {
  chain prerouting {
    type nat hook prerouting priority -100;
    udp dport 8125 dnat to ${pod}
  }
}
END`;

const SENDER = `setsid bash -c '
  exec 3>/dev/udp/10.200.0.11/8125
  while :; do
    echo metric:1 >&3
    sleep 0.5
  done' >/dev/null 2>&1 </dev/null &
sleep 1`;

/** Seen in the field: kubernetes/kubernetes#125467, #139628, #66651; containernetworking/plugins#123. */
export const staleUdpFlow: Fault = {
  name: 'stale-udp-flow',
  story:
    'The pod behind a UDP host port was replaced while its sender went on: the kernel keeps sending that flow to the pod that is gone.',
  label: { class: 'node-agent', cause: 'stale-flow', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'MetricsMissing',
  needs: 'namespaces',
  inject: [shell('gpu-1', hostPortTo('10.42.11.77')), shell('gpu-2', SENDER), shell('gpu-1', hostPortTo('10.42.11.2'))],
  settleSeconds: 4,
};
