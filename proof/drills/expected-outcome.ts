import { causeOf } from '../../core/diagnosis/causes.ts';
import type { Fault } from '../../lab/fault.ts';

/** `healed`: a person does no more than approve. `handed-over`: only a person can mend it. `left-alone`: nothing is wrong. */
export type ExpectedOutcome = 'healed' | 'handed-over' | 'left-alone';

/**
 * Faults of a cause that a rung can mend, which these ones need a person for: the hub's device is set up when it is down, not
 * when its daemon is gone or hangs, another listen port helps against a stuck flow, not against a firewall, and where flanneld
 * was killed its routes come back and flanneld does not. An address that neither flannel nor its CNI gave is not taken away. The
 * narrow line of another node, or of the hub, is not found out by lowering the MTUs of the node that the alert names.
 */
const faultsByHand: ReadonlySet<string> = new Set([
  'hub-wireguard-stopped',
  'hub-wireguard-hung',
  'inbound-filtered',
  'host-gw-routes-lost',
  'foreign-address-stops-flanneld',
  'large-lost-at-peer',
  'large-lost-in-vpc',
  'large-lost-at-hub',
]);

export function expectedOutcome({ name, label, orLabel = label }: Fault): ExpectedOutcome {
  if (label.class === 'healthy') return 'left-alone';
  const isByHand = [label, orLabel].some(({ cause }) => causeOf(cause).mendedBy === 'person');
  const needsPerson = isByHand || faultsByHand.has(name);
  return needsPerson ? 'handed-over' : 'healed';
}
