import type { Found } from '../diagnosis/diagnosis.ts';
import type { Facts } from '../diagnosis/facts.ts';
import { measuredOn } from '../evidence/evidence.ts';
import type { HostPlan } from './plan.ts';

/** The kernel computes the checksums itself, where the host says that it does not yet, and that this can be changed. */
export function planOffload({ evidence }: Facts, { hostAtFault }: Found): readonly HostPlan[] {
  const { flannelDevice: dev } = evidence;
  const measured = hostAtFault === null ? undefined : measuredOn(evidence.readings, hostAtFault);
  const isVxlan = measured?.links.some(({ name, kind }) => name === dev && kind === 'vxlan') === true;
  if (hostAtFault === null || dev === null || !isVxlan || measured?.txChecksum !== 'on') return [];
  return [{ host: hostAtFault, operations: [{ op: 'offload', dev, feature: 'tx-checksum-ip-generic', value: 'off' }] }];
}
