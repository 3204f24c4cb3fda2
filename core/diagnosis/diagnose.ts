import type { Evidence } from '../evidence/evidence.ts';
import type { Diagnosis, Finding } from './diagnosis.ts';
import { deriveFacts, type Facts } from './facts.ts';
import { networkHealth } from './network-health.ts';
import { healthy } from './rules/healthy.ts';
import { hubOutage } from './rules/hub-outage.ts';
import { missingRoute } from './rules/missing-route.ts';
import { mtuBlackHole } from './rules/mtu-black-hole.ts';
import { nodeOffline } from './rules/node-offline.ts';
import { oneWayNat } from './rules/one-way-nat.ts';
import { overlayBlocked } from './rules/overlay-blocked.ts';
import { tunnelDown } from './rules/tunnel-down.ts';
import { vxlanWedge } from './rules/vxlan-wedge.ts';

/** From the outermost layer inwards: a fault below explains the symptoms above it, never the other way round. */
const rulesInOrder: readonly ((facts: Facts) => Finding)[] = [
  nodeOffline,
  hubOutage,
  tunnelDown,
  missingRoute,
  vxlanWedge,
  oneWayNat,
  mtuBlackHole,
  overlayBlocked,
  healthy,
];

/** Turns evidence into one diagnosis. Total: evidence that fits no rule is `unknown`, with the reason per class. */
export function diagnose(evidence: Evidence): Diagnosis {
  const facts = deriveFacts(evidence);
  const findings = rulesInOrder.map((rule) => rule(facts));
  const chosen = findings.find((finding) => finding.type === 'found');
  const against = findings
    .filter((finding) => finding !== chosen)
    .map((finding) => ({
      class: finding.class,
      why:
        finding.type === 'not' ? finding.why : `explained by ${chosen?.class ?? 'another fault'}, which lies below it`,
    }));
  if (chosen === undefined) {
    const { reasons } = networkHealth(facts);
    return {
      class: 'unknown',
      cause: 'no-rule-fits',
      hostAtFault: null,
      confidence: 0,
      because: [...reasons],
      against,
    };
  }
  const { cause, hostAtFault, confidence, because } = chosen;
  return { class: chosen.class, cause, hostAtFault, confidence, because: [...because], against };
}
