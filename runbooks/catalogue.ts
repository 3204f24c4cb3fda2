import type { FaultClass } from '../core/diagnosis/fault-class.ts';
import type { Runbook } from '../core/runbook/runbook.ts';
import { missingRoute } from './missing-route.ts';
import { vxlanWedge } from './vxlan-wedge.ts';

const runbooks: readonly Runbook[] = [vxlanWedge, missingRoute];

/** The ladder for a class. Undefined: Restitch knows no repair for it and hands over to a person. */
export function runbookFor(faultClass: FaultClass): Runbook | undefined {
  return runbooks.find((runbook) => runbook.class === faultClass);
}
