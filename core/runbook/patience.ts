import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import type { Evidence } from '../evidence/evidence.ts';
import { findNode } from '../evidence/fleet-map.ts';
import { remakesDevice } from '../overlay/vxlan/flannel-version.ts';
import type { Patience, Runbook } from './runbook.ts';

/** The wait before the first stage, where the host at fault recovers by itself. Undefined: it does not, or that is not known. */
export function patienceFor(
  runbook: Runbook,
  { nodes }: Pick<Evidence, 'nodes'>,
  diagnosis: Diagnosis,
): Patience | undefined {
  const host = findNode(nodes, diagnosis.hostAtFault ?? '');
  if (host === undefined || remakesDevice(host) !== true) return undefined;
  return runbook.patience?.find(({ cause }) => cause === diagnosis.cause);
}
