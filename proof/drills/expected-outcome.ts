import type { Fault } from '../../lab/fault.ts';

/** `healed`: with no more of a person than an approval. `handed-over`: only a person can mend it. `left-alone`: nothing is wrong. */
export type ExpectedOutcome = 'healed' | 'handed-over' | 'left-alone';

/** Firewalls, keys, daemons and dead hosts: nothing that Restitch may do mends them. */
const byHand: ReadonlySet<string> = new Set([
  'cloud-path-blocked',
  'endpoint-pinned',
  'inbound-filtered',
  'outbound-filtered',
  'interface-missing',
  'daemon-hung',
  'flannel-daemon-hung',
  'key-unknown',
  'key-mismatch',
  'duplicate-key',
  'port-blocked',
  'flannel-port-filtered',
  'vxlan-port-filtered',
  'forward-dropped',
  'node-or-uplink-dead',
  'hub-unreachable',
  'pod-subnet-exhausted',
  'kubelet-down',
  'kubelet-firewalled',
  'flanneld-stopped',
]);

/** The hub's device can be set up when it is down; when its daemon is gone or hangs, a person is needed. */
const faultsByHand: ReadonlySet<string> = new Set(['hub-wireguard-stopped', 'hub-wireguard-hung']);
/** What looks like a firewall and lets a flow from another port through. */
const faultsHealed: ReadonlySet<string> = new Set(['nat-flow-stuck']);

export function expectedOutcome({ name, label }: Fault): ExpectedOutcome {
  if (label.class === 'healthy') return 'left-alone';
  if (faultsHealed.has(name)) return 'healed';
  return byHand.has(label.cause) || faultsByHand.has(name) ? 'handed-over' : 'healed';
}
