import { type Finding, notA } from '../diagnosis.ts';
import { driftFinding } from '../drift-finding.ts';
import type { Facts } from '../facts.ts';
import { vxlanModuleMissing } from '../module-missing.ts';

const not = notA('vxlan-wedge');

/** The VXLAN device or its tables, on the node or on a peer, differ from the Node objects. */
export function vxlanWedge(facts: Facts): Finding {
  const { drifts, network } = facts;
  if (network.traits?.name !== 'vxlan')
    return not(`flannel runs ${network.traits?.backendType ?? 'no overlay known here'}, not VXLAN`);
  if (drifts.length === 0) return not('device and tables are as expected');
  if (vxlanModuleMissing(facts)) return not('the kernel cannot make the device');
  return driftFinding(facts, 'vxlan-wedge') ?? not('only routes are missing');
}
