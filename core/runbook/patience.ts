import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import type { Evidence } from '../evidence/evidence.ts';
import { findNode } from '../evidence/fleet-map.ts';
import { remakesDevice } from '../overlay/vxlan/flannel-version.ts';
import type { Patience, Runbook } from './runbook.ts';

/** What the ladder waits for before its first rung, because the host at fault may mend it by itself. Unknown: nothing. */
export function patienceFor(
  runbook: Runbook,
  { nodes }: Pick<Evidence, 'nodes'>,
  diagnosis: Diagnosis,
): Patience | undefined {
  const host = findNode(nodes, diagnosis.hostAtFault ?? '');
  if (host === undefined || remakesDevice(host) !== true) return undefined;
  return runbook.patience?.find(({ cause }) => cause === diagnosis.cause);
}
