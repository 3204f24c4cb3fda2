import type { FaultClass } from '../core/fault-class.ts';
import type { Runbook } from '../core/runbook/runbook.ts';
import { hubOutage } from './hub-outage.ts';
import { missingRoute } from './missing-route.ts';
import { mtuBlackHole } from './mtu-black-hole.ts';
import { nodeAgent } from './node-agent.ts';
import { oneWayNat } from './one-way-nat.ts';
import { overlayBlocked } from './overlay-blocked.ts';
import { tunnelDown } from './tunnel-down.ts';
import { vxlanWedge } from './vxlan-wedge.ts';

const runbooks: readonly Runbook[] = [
  vxlanWedge,
  missingRoute,
  oneWayNat,
  mtuBlackHole,
  tunnelDown,
  overlayBlocked,
  hubOutage,
  nodeAgent,
];

/** The runbook for a class. Undefined: there is no repair for it, and the incident is handed over to a person. */
export function runbookFor(faultClass: FaultClass): Runbook | undefined {
  return runbooks.find((runbook) => runbook.class === faultClass);
}

/** Whether a stage of this name can drop packets of healthy pods or take capacity away, in any runbook. */
export function isDisruptive(stageName: string): boolean {
  return runbooks.some(({ stages }) => stages.some(({ name, disruptive }) => disruptive && name === stageName));
}
