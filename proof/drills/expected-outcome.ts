import type { Fault } from '../../lab/fault.ts';

/** `healed`: a person does no more than approve. `handed-over`: only a person can mend it. `left-alone`: nothing is wrong. */
export type ExpectedOutcome = 'healed' | 'handed-over' | 'left-alone';

/** Causes that Restitch cannot repair: firewalls, keys, daemons and dead hosts. */
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
/** It is diagnosed as a firewall, but a flow from another port passes. */
const faultsHealed: ReadonlySet<string> = new Set(['nat-flow-stuck']);

export function expectedOutcome({ name, label }: Fault): ExpectedOutcome {
  if (label.class === 'healthy') return 'left-alone';
  if (faultsHealed.has(name)) return 'healed';
  return byHand.has(label.cause) || faultsByHand.has(name) ? 'handed-over' : 'healed';
}
